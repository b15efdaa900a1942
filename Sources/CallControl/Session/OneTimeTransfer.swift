import Synchronization

<<<<<<<< HEAD:Sources/CallControl/Session/Transfer.swift
/// Hands a noncopyable value to a task. A closure may run more than once; the value is taken once.
final class Transfer<Value: ~Copyable & Sendable>: Sendable {
========
/// Moves a noncopyable value into a task. A closure may run more than once; the value is given to the first run.
final class OneTimeTransfer<Value: ~Copyable & Sendable>: Sendable {
>>>>>>>> e87b7e43ef12db1f92f5a08897e04374155ba028:Sources/CallControl/Session/OneTimeTransfer.swift
    private let held: Mutex<Value?>

    init(_ value: consuming sending Value) { held = Mutex(value) }

    /// The value; `nil` if it was taken before.
    func take() -> Value? {
        held.withLock { value in value.take() }
    }
}
