import Synchronization

/// A noncopyable value on its way into a task: a closure may run more than once, the value is taken once.
final class Once<Value: ~Copyable & Sendable>: Sendable {
    private let held: Mutex<Value?>

    init(_ value: consuming sending Value) { held = Mutex(value) }

    func take() -> Value? {
        held.withLock { value in value.take() }
    }
}
