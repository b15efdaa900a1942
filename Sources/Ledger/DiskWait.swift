internal import Dispatch
internal import Glibc

/// Waits until what was committed is on the disk, for many at a time: one wait serves all that came before it.
///
/// The database itself commits without waiting (`synchronous = NORMAL`): a commit appends to the write-ahead log, and once that file's data
/// is on the disk the commit outlives a loss of power. What a checkpoint moves out of the log, SQLite syncs itself.
final class DiskWait: Sendable {
    typealias Waiter = (done: CheckedContinuation<Void, any Error>, result: Result<Void, any Error>)

    private let log: String
    private let queue = DispatchQueue(label: "ledger's disk")
    private let line = WaitingLine<Waiter>()

    /// - Parameter log: The write-ahead log's path.
    init(log: String) { self.log = log }

    /// Tells each of `waiters` its result once all that is in the log now is on the disk.
    func wait(for waiters: [Waiter]) {
        guard !waiters.isEmpty else { return }
        if line.join(waiters) { queue.async { self.drain() } }
    }

    private func drain() {
        while let waiters = line.next() {
            let failure = Self.sync(log)
            for waiter in waiters {
                if let failure {
                    waiter.done.resume(throwing: failure)
                } else {
                    waiter.done.resume(with: waiter.result)
                }
            }
        }
    }

    /// What kept the file from the disk; `nil` where nothing did.
    private static func sync(_ path: String) -> DiskFailure? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return DiskFailure(code: errno) }
        defer { close(file) }
        return fdatasync(file) == 0 ? nil : DiskFailure(code: errno)
    }
}

/// The disk did not take what was written.
struct DiskFailure: Error {
    /// `errno`
    let code: Int32
}
