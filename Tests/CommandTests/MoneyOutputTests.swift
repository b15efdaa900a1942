import Foundation
import Support
import Testing

/// Commands about money whose outputs cannot be written: no money is taken, or the result is reported.
@Suite(.ownThread) struct MoneyOutputTests {
    private let folder = TemporaryFolder()
    private var ledger: String { folder("l.db") }

    private func pay(_ more: [String]) throws -> Command.Result {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        // The last of two counts.
        return try Command.run(["pay", call.path] + call.arguments + more)
    }

    @Test(arguments: ["none/receipt.txt", "/dev/full", "."])
    func `no payment is taken if its receipt cannot be written`(place: String) throws {
        let path = place.hasPrefix("/") ? place : folder(place)
        let result = try pay(["--gateway", "mock", "--ledger", ledger, "--receipt", path])
        #expect(result.status == 73, "\(result.errors)")
        #expect(result.errors.contains(path) && !result.text.contains("pproved"))
        #expect(!folder.contents.contains("l.db"))
    }

    @Test(arguments: ["receipt.txt", "spectrogram.png"])
    func `no payment is taken if its output folder cannot hold all files`(name: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder("out/\(name)"), withIntermediateDirectories: true)
        let result = try pay(["--gateway", "mock", "--no-ledger", "--out", folder("out")])
        #expect(result.status == 73, "\(result.errors)")
        #expect(!result.text.contains("pproved"))
    }

    @Test func `an output never replaces an input or the ledger`() throws {
        let key = folder.write(Array("sk_test_out".utf8), to: "key")
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        folder.write(Array(try Data(contentsOf: URL(fileURLWithPath: call.path))), to: "recording.wav")
        try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "recording.wav")
        #expect(try pay(["--gateway", "mock", "--ledger", ledger]).status == 0)
        let before = ["l.db", "l.db.key", "key", "recording.wav"].map { folder.bytes($0) }
        let gateway = try GatewayProcess()
        let places = [
            ["--receipt", folder("l.db")], ["--receipt", folder("./l.db.key")], ["--receipt", key],
            ["--receipt", folder("recording.wav")], ["--receipt", folder("link")], ["--out", folder.path],
            ["--ledger", folder("new.db"), "--receipt", folder("new.db.key")],
        ]
        for place in places {
            let ledger = place.contains("--ledger") ? [] : ["--ledger", ledger]
            let result = try Command.run(
                ["pay", folder("recording.wav"), "--gateway", gateway.url, "--key-file", key] + ledger + place
                    + call.arguments)
            #expect(result.status == 64, "\(place): \(result.errors)")
        }
        #expect(["l.db", "l.db.key", "key", "recording.wav"].map { folder.bytes($0) } == before)
    }

    @Test(arguments: ["Asia/Kolkata", "Asia/Calcutta", "US/Eastern", "Etc/GMT+5", "Europe/London", "UTC"])
    func `every name of the tz database is a time zone`(zone: String) throws {
        #expect(try pay(["--gateway", "mock", "--ledger", ledger]).status == 0)
        #expect(try Command.run(["ledger", "list", ledger, "--time-zone", zone]).status == 0)
        for other in ["../../../etc/passwd", "Mars/Olympus", "+02:00", "zone.tab", "tzdata.zi", ""] {
            #expect(try Command.run(["ledger", "list", ledger, "--time-zone", other]).status == 64, "\(other)")
        }
    }

    @Test func `a refund is reported if standard output is closed`() throws {
        let gateway = try GatewayProcess()
        let key = folder.write(Array("sk_test_out".utf8), to: "key")
        let place = ["--gateway", gateway.url, "--key-file", key]
        #expect(try pay(place + ["--ledger", ledger, "--session", "CALL-X"]).status == 0)
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let refund = try Command(["ledger", "refund", ledger, "CALL-X", "--amount", "2"] + place, outputTo: full)
            .finish()
        #expect(refund.status == 74)
        #expect(refund.errors.contains("it is done, do not repeat it: re_"), "\(refund.errors)")
        let void = try Command(["ledger", "void", ledger, "CALL-X"] + place, outputTo: full).finish()
        #expect(void.status == 74 && void.errors.contains("it is done"), "\(void.errors)")
    }

    @Test func `a gateway whose address cannot be printed ends with 74`() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let result = try Command(["gateway"], outputTo: full).finish()
        #expect(result.status == 74 && result.errors.hasPrefix("tonewall: standard output: "), "\(result.errors)")
    }

    @Test func `a ledger is refused as the mock's state file and is not changed`() throws {
        #expect(try pay(["--gateway", "mock", "--ledger", ledger]).status == 0)
        let result = try Command.run(["gateway", "--state", ledger])
        #expect(result.status == 65 && result.errors.contains("no state file"), "\(result.errors)")
        #expect(try Command.run(["ledger", "verify", ledger]).status == 0)
    }

    @Test func `if money moves, the amount is required`() throws {
        let key = folder.write(Array("sk_live_out".utf8), to: "key")
        let call = try #require(FixtureCall.all.first)
        let result = try Command.run(
            ["pay", call.path, "--gateway", "https://127.0.0.1:1", "--key-file", key, "--ledger", ledger])
        #expect(result.status == 64 && result.errors.contains("the amount is missing"), "\(result.errors)")
    }

    @Test(arguments: [
        ["--date", "2026-02-30"], ["--date", "2999-01-01"], ["--session=-x"], ["--call-id=-x"],
    ])
    func `invalid days and names that look like options are refused`(arguments: [String]) throws {
        let result = try pay(["--gateway", "mock", "--ledger", ledger] + arguments)
        #expect(result.status == 64, "\(result.errors)")
    }

    @Test func `a reference is the same in both tables, and cannot control a terminal`() throws {
        #expect(try pay(["--gateway", "mock", "--ledger", ledger, "--reference", "a\u{1B}[31mb\u{202E}c"]).status == 0)
        let listed = try Command.run(["ledger", "list", ledger, "--format", "csv"]).text
        #expect(try Command.run(["ledger", "reconcile", ledger, "--csv", folder("r.csv")]).status == 0)
        let reconciled = String(decoding: folder.bytes("r.csv"), as: UTF8.self)
        for table in [listed, reconciled] {
            #expect(table.contains("a\\u{1b}[31mb\\u{202e}c") && !table.contains("\u{1B}"), "\(table)")
        }
    }
}
