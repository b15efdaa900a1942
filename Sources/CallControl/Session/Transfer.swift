import Synchronization

/// Hands a noncopyable value to a task. A closure may run more than once; the value is taken once.
final class Transfer<Value: ~Copyable & Sendable>: Sendable {
    private let held: Mutex<Value?>

    init(_ value: consuming sending Value) { held = Mutex(value) }

    /// The value; `nil` if it was taken before.
    func take() -> Value? {
        held.withLock { value in value.take() }
    }
}
