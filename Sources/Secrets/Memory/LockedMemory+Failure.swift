package import Failures
internal import SecretProtocols

/// A payment is refused if its card could be swapped to a disk.
extension LockedMemory.Refusal: ReportableError {
    package var failure: Failure {
        let allowed = limit.map { "\($0 / 1024) KB are allowed" } ?? "the system locks none"
        return Failure(
            .software, code: "payment.memory-not-locked",
            "no payment is taken: memory for its card cannot be locked (\(needed / 1024) KB are needed, \(allowed))",
            advice: lockedMemoryAdvice)
    }
}
