import Foundation
import Glibc
import Ledger
import LedgerSQLite
import Support
import Testing

/// A ledger's files are made whole or not at all, and are their owner's alone.
@Suite(.ownThread) struct LedgerFileTests {
    private let folder = TemporaryFolder()
    private var path: String { folder("day.ledger") }

    private func open() throws -> Ledger { try Ledger(path, by: Origin(who: "x", place: "y")) }

    private func rights() -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: folder.contents.compactMap { name in
                var status = stat()
                guard unsafe stat(folder(name), &status) == 0 else { return nil }
                return (name, Int(status.st_mode & 0o777))
            })
    }

    /// Runs `tonewall pay` of the fixture call into the ledger, in a shell after `preparation`; exit status and
    /// standard error.
    private func pay(after preparation: String) throws -> (status: Int32, errors: String) {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = [
            "-c", preparation + "; exec \"$0\" \"$@\"", BuiltCommand.tonewall.path, "pay",
            BuiltCommand.packageFolder.appendingPathComponent("Fixtures/calls/approved.wav").path, "--gateway", "mock",
            "--ledger", path, "--date", "2026-11-21",
        ]
        shell.environment = ProcessInfo.processInfo.environment.merging(["XDG_STATE_HOME": folder.path]) { $1 }
        shell.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        shell.standardError = errors
        try shell.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        return (shell.terminationStatus, said)
    }

    @Test(arguments: ["000", "022", "777"])
    func `Under every umask, only the owner reads or writes the files`(mask: String) async throws {
        let paid = try pay(after: "umask \(mask)")
        #expect(paid.status == 0, "\(paid.errors)")
        #expect(Set(rights().keys).isSuperset(of: ["day.ledger", "day.ledger.key", "day.ledger.key.head"]))
        #expect(rights().values.allSatisfy { $0 == 0o600 }, "\(rights())")
        // While it is in use there are more.
        let ledger = try open()
        try await LedgerProbe.pay("s", in: ledger)
        #expect(rights()["day.ledger-wal"] == 0o600 && rights()["day.ledger-shm"] == 0o600, "\(rights())")
    }

    @Test func `Permissions of others are removed, and this is reported`() async throws {
        try await LedgerProbe.pay("s", in: open())
        for name in ["day.ledger", "day.ledger.key", "day.ledger.key.head"] {
            #expect(unsafe chmod(folder(name), 0o664) == 0)
        }
        let ledger = try open()
        #expect(Set(ledger.tightened).isSuperset(of: [path, path + ".key", path + ".key.head"]))
        #expect(rights().values.allSatisfy { $0 == 0o600 }, "\(rights())")
        #expect(try open().tightened.isEmpty)
    }

    @Test(arguments: ["", "00ff"])
    func `A key that a full disk cut short is created again if there is no ledger`(text: String) async throws {
        folder.write(Array(text.utf8), to: "day.ledger.key")
        folder.write([], to: "day.ledger")
        try await LedgerProbe.pay("s", in: open())
        #expect(try open().verify().findings.isEmpty)
        #expect(folder.bytes("day.ledger.key").count == 65)
    }

    @Test func `A key that is cut short beside a ledger is not replaced`() throws {
        _ = try open()
        folder.write([], to: "day.ledger.key")
        #expect(throws: LedgerError.keyUnreadable(path: path + ".key")) { _ = try open() }
        #expect(folder.bytes("day.ledger.key").isEmpty)
    }

    @Test(arguments: [0, 1, 8, 40])
    func `A full disk leaves no file, and the next start creates both`(blocks: Int) throws {
        let paid = try pay(after: "trap '' XFSZ; ulimit -f \(blocks)")
        #expect(paid.status == 73, "\(paid.errors)")
        #expect(folder.contents.isEmpty, "\(folder.contents)")
        #expect(try open().verify().findings.isEmpty)
    }

    @Test func `Many concurrent openings of a new ledger make one`() async throws {
        let path = path
        let ids = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    try? await Ledger(path, by: Origin(who: "x", place: "y")).adopt(.test).id
                }
            }
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1 && !ids.contains(nil))
        #expect(try open().verify().findings.isEmpty)
    }
}
