import Foundation
import GRDB
import Glibc
import Ledger
import LedgerSQLite
import Support
import Testing

/// Reading a ledger writes nothing, makes nothing beside it, and needs nothing of it to be writable.
@Suite(.ownThread) struct ReadOnlyTests {
    private let folder = TemporaryFolder()
    private var path: String { folder("day.ledger") }

    /// Names, bytes, rights and times of all that is in the folder.
    private func state() throws -> [String: [String]] {
        var state: [String: [String]] = [:]
        for name in folder.contents {
            var status = stat()
            try #require(unsafe stat(folder(name), &status) == 0)
            state[name] = [
                "\(folder.bytes(name).hashValue)", "\(status.st_ino)", "\(status.st_mode)",
                "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)",
            ]
        }
        return state
    }

    /// A ledger of three payments in `layout`, in the folder. It is closed unless the layout says otherwise.
    private func make(_ layout: String) async throws -> Ledger? {
        let probe = try LedgerProbe()
        for number in 0..<3 { try await probe.pay("s\(number)") }
        // All of it, while it is held open: what of it is in the log alone must be read as well.
        let endings =
            switch layout {
            case "database alone": [".key", ".key.head"]
            case "log without index": ["", "-wal", ".key", ".key.head"]
            default: ["", "-wal", "-shm", ".key", ".key.head"]
            }
        for ending in endings { try FileManager.default.copyItem(atPath: probe.path + ending, toPath: path + ending) }
        if layout == "database alone" { try await DatabaseQueue(path: probe.path).vacuum(into: path) }
        guard layout == "in use" else { return nil }
        let ledger = try Ledger(path, by: Origin(who: "x", place: "y"))
        try await LedgerProbe.pay("s3", in: ledger)
        return ledger
    }

    private static let commands = [
        ["list"], ["list", "--format", "csv"], ["show", "s1"], ["receipt", "pi_s1"], ["verify"], ["reconcile"],
        ["reconcile", "--format", "text"],
    ]

    @Test(arguments: ["database alone", "log without index", "log and index", "in use"])
    func `A ledger is read whole and left unchanged, with and without its side files`(layout: String) async throws {
        let writer = try await make(layout)
        let before = try state()
        for command in Self.commands {
            let read = try await LedgerShell([command[0], path] + command.dropFirst())
            #expect(read.status == 0, "\(command): \(read.output) \(read.errors)")
            if command[0] == "list" || command[0] == "reconcile" {
                #expect(read.output.contains("pi_s2"), "\(command)")
            }
            #expect(try state() == before, "\(command) left something")
        }
        withExtendedLifetime(writer) {}
    }

    @Test func `A write-protected ledger can be read, without its key if nothing is verified`() async throws {
        _ = try await make("log and index")
        for name in folder.contents { unsafe chmod(folder(name), 0o400) }
        unsafe chmod(folder.path, 0o500)
        defer { unsafe chmod(folder.path, 0o700) }
        let before = try state()
        for command in Self.commands {
            #expect(try await LedgerShell([command[0], path] + command.dropFirst()).status == 0, "\(command)")
        }
        unsafe chmod(folder.path, 0o700)
        try FileManager.default.removeItem(atPath: path + ".key")
        #expect(try await LedgerShell(["list", path]).status == 0)
        #expect(try await LedgerShell(["verify", path]).status == 66)
        #expect(before.count == 5)
    }

    @Test func `A file that is not a ledger is an error and stays as it is`() async throws {
        for (name, bytes) in [("text", Array("no database".utf8)), ("empty", [])] {
            let path = folder.write(bytes, to: name)
            let read = try await LedgerShell(["list", path])
            #expect(read.status == 65 && read.errors.split(separator: "\n").count == 1, "\(read.errors)")
            #expect(folder.bytes(name) == bytes)
        }
        #expect(try await LedgerShell(["list", folder("none")]).status == 66)
        try await DatabaseQueue(path: folder("other.db")).write { try $0.execute(sql: "CREATE TABLE t (a)") }
        #expect(try await LedgerShell(["list", folder("other.db")]).status == 65)
    }

    @Test func `A name that looks like an address of SQLite's is a name`() async throws {
        _ = try await make("database alone")
        for name in ["a?b#c%20d", "file:x", "é ü"] {
            for ending in ["", ".key", ".key.head"] {
                try FileManager.default.copyItem(atPath: path + ending, toPath: folder(name + ending))
            }
            #expect(try await LedgerShell(["verify", folder(name)]).status == 0, "\(name)")
        }
    }
}
