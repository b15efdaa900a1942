internal import AtomicFiles
internal import Dispatch
internal import Glibc
internal import LedgerHost
internal import Synchronization

/// Waits until what was committed is on the disk, for many at a time: one wait serves all that came before it.
///
/// The database itself commits without waiting (`synchronous = NORMAL`): a commit appends to the write-ahead log, and
/// once that file's data is on the disk the commit outlives a loss of power. What a checkpoint moves out of the log,
/// SQLite syncs itself.
///
/// The first failure is the last wait: the system drops what it could not write and tells of it once, so that a later
/// success proves nothing about what came before it.
package final class DurabilityBarrier: Sendable {
    /// Brings a file to the disk; what kept it from there, `nil` if nothing did.
    package typealias Sync = @Sendable () -> DiskFailure?
    typealias Waiter = (done: CheckedContinuation<Void, any Error>, result: Result<Void, any Error>)

    private let sync: Sync
    private let firstFailure = Mutex<DiskFailure?>(nil)
    private let queue = DispatchQueue(label: "ledger's disk")
    private let queued = BatchQueue<Waiter>()

    init(_ sync: @escaping Sync) { self.sync = sync }

    /// What once kept something from the disk; nothing may be written any more then.
    var failure: DiskFailure? { firstFailure.withLock { $0 } }

    /// Lets nothing be written any more: the disk failed elsewhere.
    func fail() { firstFailure.withLock { $0 = $0 ?? DiskFailure(code: EIO) } }

    /// Resumes each of `waiters` with its result once all of the present log is on the disk.
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

/// A file that is brought to the disk again and again.
///
/// It stays open from its first use on. The system reports a lost write once to each process that has the file open,
/// and not to one that opens it later.
package final class FsyncedFile: Sendable {
    private let path: String
    private let file = Mutex<Int32>(-1)

    package init(_ path: String) { self.path = path }

    deinit { file.withLock { if $0 >= 0 { close($0) } } }

    /// What kept it from the disk; `nil` if nothing did.
    package func sync() -> DiskFailure? {
        file.withLock { file in
            if file < 0 { file = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC) }
            // The database writes by the path; it would write into a file that took this one's place.
            guard file >= 0, pathStillNames(file, path), fdatasync(file) == 0 else { return DiskFailure(code: errno) }
            return nil
        }
    }
}

/// The disk refused a write.
package struct DiskFailure: Error {
    /// `errno`
    package let code: Int32

    package init(code: Int32) { self.code = code }
}
