import Secrets

/// A payment is refused where a card could be swapped to a disk.
extension LockedMemory.Refusal: CommandFailure {
    /// How to allow a process to lock enough memory.
    static let advice = "allow 64 KB and more: ulimit -l 64 as root, or LimitMEMLOCK=64K in a systemd unit"

    var failure: Failure {
        let held = limit.map { "this process may lock \($0 / 1024) KB" } ?? "the system locks none"
        return Failure(
            .software, "the payment is refused: a card's memory must be locked, which takes \(needed / 1024) KB; \(held)",
            advice: Self.advice)
    }
}
