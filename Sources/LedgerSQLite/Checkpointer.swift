internal import Dispatch
internal import GRDB
internal import Synchronization

/// Moves what was written from the write-ahead log into the database, beside the payments and not among them.
///
/// Left to itself, SQLite does so within the commit that makes the log long: whoever waits for that commit waits for
/// the log, thousands of pages and the database to come to the disk. Here another connection moves them while the
/// writer goes on, and the writer moves only what was added meanwhile, once the log is long, so that it can begin anew.
final class Checkpointer: Sendable {
    /// Commits between two movements.
    private static let commitsPerCheckpoint = 64
    /// Pages of 4 KB that the log may hold before the writer waits for its end to be moved.
    private static let longLogPages = 4096

    private let path: String
    private let queue = DispatchQueue(label: "ledger's checkpoint", qos: .utility)
    private let failed: @Sendable () -> Void
    /// Its own connection, from the first movement on.
    private let connection = Mutex<DatabaseQueue?>(nil)

    private struct State {
        var commits = 0
        var isRunning = false
        /// Whether all of a long log was moved but its end.
        var isBlockingCheckpointDue = false
    }

    private let state = Mutex(State())

    /// - Parameter failed: Called where the disk failed under a movement.
    init(_ path: String, failed: @escaping @Sendable () -> Void) {
        self.path = path
        self.failed = failed
    }

    /// To be called after each commit, where the writer is.
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

    /// Moves what can be moved without waiting; gives the log's pages.
    private func checkpoint(_ database: Database) -> Int {
        do {
            return try database.checkpoint(.passive).walFrameCount
        } catch let error as DatabaseError where error.resultCode == .SQLITE_IOERR {
            failed()
        } catch {
            // Busy, or no room: the log grows until there is.
        }
        return 0
    }
}
