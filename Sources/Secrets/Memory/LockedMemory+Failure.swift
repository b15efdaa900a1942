package import Failures

/// A payment is refused where its card could be swapped to a disk.
extension LockedMemory.Refusal: ReportableError {
    /// How a process is allowed to lock enough memory.
    package static let advice = "allow 64 KB or more: 'ulimit -l 64' as root, LimitMEMLOCK=64K in a systemd unit"

    package var failure: Failure {
        let allowed = limit.map { "\($0 / 1024) KB are allowed" } ?? "the system locks none"
        return Failure(
            .software, code: "payment.memory-not-locked",
            "no payment is taken: memory for its card cannot be locked (\(needed / 1024) KB are needed, \(allowed))",
            advice: Self.advice)
    }
}
