internal import Dispatch
internal import GRDB
internal import Synchronization

/// Moves written pages from the write-ahead log to the database, beside the payments and not during them.
///
/// By default, SQLite does so within the commit that makes the log long. The caller of that commit then waits until the
/// log, thousands of pages and the database are on the disk. Here another connection moves the pages while the writer
/// continues. Once the log is long, the writer moves the rest, so that the log can begin again.
final class Checkpointer: Sendable {
    /// Number of commits between two checkpoints.
    private static let commitsPerCheckpoint = 64
    /// Number of 4 KB pages in the log from which on the writer waits for a checkpoint.
    private static let longLogPages = 4096

    private let path: String
    private let queue = DispatchQueue(label: "ledger's checkpoint", qos: .utility)
    private let failed: @Sendable () -> Void
    /// Its own connection, from the first checkpoint on.
    private let connection = Mutex<DatabaseQueue?>(nil)

    private struct State {
        var commits = 0
        var isRunning = false
        /// Whether the writer must move the end of a long log.
        var isBlockingCheckpointDue = false
    }

    private let state = Mutex(State())

    /// - Parameter failed: Called if the disk failed during a checkpoint.
    init(_ path: String, failed: @escaping @Sendable () -> Void) {
        self.path = path
        self.failed = failed
    }

    /// Call this after each commit, in the writer.
    func noteCommit(_ database: Database) {
        let (isDue, isBlockingCheckpointDue) = state.withLock { state in
            defer { state.isBlockingCheckpointDue = false }
            state.commits += 1
            guard state.commits >= Self.commitsPerCheckpoint, !state.isRunning else {
                return (false, state.isBlockingCheckpointDue)
            }
            state.commits = 0
            state.isRunning = true
            return (true, state.isBlockingCheckpointDue)
        }
        if isBlockingCheckpointDue { _ = checkpoint(database) }
        if isDue { queue.async { self.checkpointInBackground() } }
    }

    private func checkpointInBackground() {
        let connection = connection.withLock { connection in
            if connection == nil { connection = try? DatabaseQueue(path: path) }
            return connection
        }
        let pages = connection?.inDatabase(checkpoint) ?? 0
        state.withLock { state in
            state.isRunning = false
            state.isBlockingCheckpointDue = pages > Self.longLogPages
        }
    }

    /// Moves the pages that can be moved without waiting. Returns the number of pages in the log.
    private func checkpoint(_ database: Database) -> Int {
        do {
            return try database.checkpoint(.passive).walFrameCount
        } catch let error as DatabaseError where error.resultCode == .SQLITE_IOERR {
            failed()
        } catch {
            // The database is busy or the disk is full. The log grows until that ends.
        }
        return 0
    }
}
