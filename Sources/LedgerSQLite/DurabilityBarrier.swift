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
    /// Brings a file to the disk; what kept it from there, `nil` where nothing did.
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

    /// Tells each of `waiters` its result once all that is in the log now is on the disk.
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
/// It is held open from the first time on: the system tells of a lost write once to each who has the file open, and not
/// to who opens it after somebody else was told, as SQLite is at a checkpoint.
package final class FsyncedFile: Sendable {
    private let path: String
    private let file = Mutex<Int32>(-1)

    package init(_ path: String) { self.path = path }

    deinit { file.withLock { if $0 >= 0 { close($0) } } }

    /// What kept it from the disk; `nil` where nothing did.
    package func sync() -> DiskFailure? {
        file.withLock { file in
            if file < 0 { file = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC) }
            // The database writes by the path, into another file where it was replaced.
            guard file >= 0, pathStillNames(file, path), fdatasync(file) == 0 else { return DiskFailure(code: errno) }
            return nil
        }
    }
}

/// The disk did not take what was written.
package struct DiskFailure: Error {
    /// `errno`
    package let code: Int32

    package init(code: Int32) { self.code = code }
}
