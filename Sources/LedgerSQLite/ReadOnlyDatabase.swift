internal import AtomicFiles
internal import Foundation
internal import GRDB
internal import Glibc
internal import Synchronization

/// A database that is read without any write, even beside it.
///
/// SQLite reads a database in WAL mode with its log and the log's index, two files that it creates if they are missing.
/// If both exist, another process may be writing, and they are read as they are. If neither exists, the database is
/// read as an immutable one, and again if it has changed. A log without its index is read in a copy.
final class ReadOnlyDatabase: Sendable {
    private let path: String
    private struct State {
        var connection: DatabaseQueue?
        var files: [FileState?] = []
    }
    private let state = Mutex(State())

    /// The properties that change when a file is written.
    private struct FileState: Hashable {
        var identity: FileIdentity
        var size: Int64
        var changed: [Int]
    }

    /// Largest number of attempts to read a database that changes meanwhile.
    private static let tries = 5

    init(_ path: String) { self.path = path }

    /// Reads a snapshot of the database.
    func read<Value: Sendable>(_ work: (Database) throws -> Value) throws -> Value {
        var failure: (any Error)?
        for _ in 0..<Self.tries {
            let files = fileStates
            let connection = try open(files)
            do {
                let value = try connection.read(work)
                if !isWholeOnlyUnchanged(files) || files == fileStates { return value }
            } catch {
                failure = error
                if files == fileStates { throw error }
            }
            state.withLock { $0.connection = nil }
        }
        throw failure ?? DatabaseError(resultCode: .SQLITE_BUSY, message: "it changes too fast to be read")
    }

    private static let endings = ["", "-wal", "-shm", "-journal"]

    private var fileStates: [FileState?] {
        Self.endings.map { ending -> FileState? in
            var status = stat()
            guard unsafe stat((path + ending).systemName, &status) == 0 else { return nil }
            return FileState(
                identity: FileIdentity(status), size: Int64(status.st_size),
                changed: [status.st_mtim.tv_sec, status.st_mtim.tv_nsec])
        }
    }

    /// Whether SQLite's locks do not stop a writer during this read, so that the files must stay unchanged.
    private func isWholeOnlyUnchanged(_ files: [FileState?]) -> Bool { files[1] == nil || files[2] == nil }

    private func open(_ files: [FileState?]) throws -> DatabaseQueue {
        try state.withLock { state in
            let isSame =
                isWholeOnlyUnchanged(files)
                ? state.files == files : state.files.map { $0?.identity } == files.map { $0?.identity }
            if let connection = state.connection, isSame { return connection }
            let connection = try Self.connection(to: path, files)
            state = State(connection: connection, files: files)
            return connection
        }
    }

    private static func connection(to path: String, _ files: [FileState?]) throws -> DatabaseQueue {
        let log = files[1]?.size ?? 0
        if files[1] != nil, files[2] != nil { return try queue(path.databaseURI + "?mode=ro&readonly_shm=1") }
        if log == 0, files[3]?.size ?? 0 == 0 { return try queue(path.databaseURI + "?immutable=1") }
        return try copy(path)
    }

    private static func queue(_ uri: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        return try DatabaseQueue(path: uri, configuration: configuration)
    }

    /// The database with its log, copied to memory.
    private static func copy(_ path: String) throws -> DatabaseQueue {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tonewall-" + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let target = folder.appendingPathComponent("ledger").path
        for ending in ["", "-wal", "-journal"] { try copyFile(path + ending, to: target + ending) }
        let memory = try DatabaseQueue()
        try DatabaseQueue(path: target).backup(to: memory)
        return memory
    }

    /// Copies the file at `path` if it exists.
    private static func copyFile(_ path: String, to target: String) throws {
        let input = unsafe Glibc.open(path.systemName, O_RDONLY | O_CLOEXEC)
        if input < 0, errno == ENOENT { return }
        let output = unsafe Glibc.open(target.systemName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        defer {
            close(input)
            close(output)
        }
        guard input >= 0, output >= 0 else { throw DiskFailure(code: errno) }
        while true {
            let count = sendfile(output, input, nil, 1 << 30)
            if count == 0 { return }
            if count < 0 { throw DiskFailure(code: errno) }
        }
    }
}
