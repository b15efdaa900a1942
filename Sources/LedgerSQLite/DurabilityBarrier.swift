internal import AtomicFiles
internal import Dispatch
internal import Glibc
internal import LedgerHost
internal import Synchronization

/// Waits until commits are on the disk, for many callers together. One wait covers all earlier commits.
///
/// The database itself commits without waiting (`synchronous = NORMAL`). A commit appends to the write-ahead log, and
/// survives a loss of power once the log's data is on the disk. SQLite itself syncs the pages that a checkpoint moves.
///
/// The first failure ends all waits. The system drops data that it could not write and reports this only once, so a
/// later success proves nothing about earlier data.
package final class DurabilityBarrier: Sendable {
    /// Writes a file to the disk. Returns the error, or `nil` on success.
    package typealias Sync = @Sendable () -> DiskFailure?
    typealias Waiter = (done: CheckedContinuation<Void, any Error>, result: Result<Void, any Error>)

    private let sync: Sync
    private let firstFailure = Mutex<DiskFailure?>(nil)
    private let queue = DispatchQueue(label: "ledger's disk")
    private let queued = BatchQueue<Waiter>()

    init(_ sync: @escaping Sync) { self.sync = sync }

    /// The first error of the disk. Nothing may be written after it.
    var failure: DiskFailure? { firstFailure.withLock { $0 } }

    /// Refuses all further writes, because the disk failed elsewhere.
    func fail() { firstFailure.withLock { $0 = $0 ?? DiskFailure(code: EIO) } }

    /// Resumes each of `waiters` with its result once the present log is on the disk.
    func wait(for waiters: [Waiter]) {
        guard !waiters.isEmpty else { return }
        if queued.enqueue(waiters) { queue.async { self.drain() } }
    }

    private func drain() {
        while let waiters = queued.takeBatch() {
            let failure = failure ?? sync()
            firstFailure.withLock { $0 = $0 ?? failure }
            for waiter in waiters {
                if let failure {
                    waiter.done.resume(throwing: failure)
                } else {
                    waiter.done.resume(with: waiter.result)
                }
            }
        }
    }
}

/// A file that is synced repeatedly.
///
/// It stays open from its first use on. The system reports a lost write once to each process that has the file open,
/// and not to one that opens it later.
package final class FsyncedFile: Sendable {
    private let path: String
    private let file = Mutex<Int32>(-1)

    package init(_ path: String) { self.path = path }

    deinit { file.withLock { if $0 >= 0 { close($0) } } }

    /// Syncs the file. Returns the error, or `nil` on success.
    package func sync() -> DiskFailure? {
        file.withLock { file in
            if file < 0 { file = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC) }
            // The database opens the file by its path, so it would write to a file that has replaced this one.
            guard file >= 0, pathStillNames(file, path), fdatasync(file) == 0 else { return DiskFailure(code: errno) }
            return nil
        }
    }
}

/// A write that the disk refused.
package struct DiskFailure: Error {
    /// `errno`
    package let code: Int32

    package init(code: Int32) { self.code = code }
}
