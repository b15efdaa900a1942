import Synchronization

/// Moves a noncopyable value into a task. A closure may run more than once, so only the first run receives the value.
final class OneTimeTransfer<Value: ~Copyable & Sendable>: Sendable {
    private let held: Mutex<Value?>

    init(_ value: consuming sending Value) { held = Mutex(value) }

    func take() -> Value? {
        held.withLock { value in value.take() }
    }
}
