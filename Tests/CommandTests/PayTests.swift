import Foundation
import Support
import Testing

/// `tonewall pay` on every fixture call, and on calls that are none.
@Suite(.ownThread) struct `pay` {
    let folder = TemporaryFolder()

    /// On a mock, with no ledger.
    static let unwritten = ["--gateway", "mock", "--no-ledger"]

    @Test func `there are fixture calls`() { #expect(FixtureCall.all.count >= 6) }

    @Test(arguments: FixtureCall.all)
    func `a fixture call comes to its expected result and leaves clean recordings`(call: FixtureCall) throws {
        let out = folder("out")
        let result = try Command.run(
            ["pay", call.path, "--format", "ndjson", "--out", out] + Self.unwritten + call.arguments)
        #expect(result.status == call.expect.exit, "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == (call.expect.exit == 0 ? 0 : 1))
        let lines = result.text.split(separator: "\n")
        let events = try lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let end = try #require(events.last)
        #expect(end["event"] as? String == "ended")
        #expect(end["outcome"] as? String == call.expect.outcome)
        #expect(end["brand"] as? String == call.expect.brand)
        #expect(end["last_four"] as? String == call.expect.lastFour)
        #expect(end["decline_code"] as? String == call.expect.declineCode)
        if let expiry = call.expect.expiry { #expect(end["expiry"] as? String == expiry) }
        if let attempt = call.expect.attempt { #expect(end["attempt"] as? Int == attempt) }
        let times = events.compactMap { $0["at"] as? Double }
        #expect(times == times.sorted())
        let verdict = try Command.run(["verify", out + "/agent.wav", out + "/recording.wav"])
        #expect(verdict.status == 0, "\(verdict.text)")
        #expect(FileManager.default.fileExists(atPath: out + "/spectrogram.png"))
    }

    @Test func `the same call with the same arguments gives the same events`() throws {
        let call = try #require(FixtureCall.all.first)
        let stories = try (0..<2).map { _ in
            try Command.run(["pay", call.path] + Self.unwritten + call.arguments).text.replacing(
                /pi_\w+/, with: "pi_")
        }
        #expect(stories[0] == stories[1])
    }

    @Test func `a call with one channel reports the missing leg and leaves no file`() throws {
        folder.write(WAVBytes(samples: [Int16](repeating: 0, count: 8000)).bytes, to: "mono.wav")
        let result = try Command.run(["pay", folder("mono.wav"), "--out", folder("out")] + Self.unwritten)
        #expect(result.status == 65)
        #expect(
            result.errors.hasPrefix("tonewall: \(folder("mono.wav")): has one channel: the agent's leg is missing ("))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test func `a detector profile decides which keys the payment takes`() throws {
        let call = folder("faint.wav")
        let keys = ["synth", "--on", "80", "--off", "80", "--level", "-50", "-c", "2"]
        #expect(try Command.run(keys + ["4242424242424242*,1230*,739*", call]).status == 0)
        let pay = ["pay", call, "--date", "2026-11-30", "--format", "ndjson"] + Self.unwritten
        let unheard = try Command.run(pay)
        #expect(unheard.status == 1 && unheard.errors.contains("the caller entered nothing"), "\(unheard.errors)")
        let heard = try Command.run(pay + ["--detector-profile", "sensitive", "--out", folder("out")])
        #expect(heard.status == 0 && heard.text.contains("\"outcome\":\"approved\""), "\(heard.errors)")
        let left = try Command.run(["decode", folder("out/recording.wav")])
        #expect(left.text == "0:\n1:\n", "faint keys are not recorded")
    }

    @Test(arguments: ["pay", "live"])
    func `a profile for whole files is refused, with a way out`(command: String) throws {
        let named = command == "pay" ? [folder("none.wav")] : ["--caller-in", "null", "--agent-out", "null"]
        let profile = ["--detector-profile", "recording"]
        let result = try Command.run([command] + named + ["--amount", "42.00"] + Self.unwritten + profile)
        #expect(result.status == 64 && result.text.isEmpty)
        #expect(result.errors.contains("it reads whole files, but a payment takes each key while it is pressed"))
        #expect(result.errors.contains("name 'sensitive'") && result.errors.split(separator: "\n").count == 1)
    }

    @Test func `a gateway that is down is reported with 69`() throws {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        let key = folder.write(Array("sk_test_1".utf8), to: "key")
        let place = ["--gateway", "http://127.0.0.1:1", "--key-file", key, "--ledger", folder("l.db")]
        let result = try Command.run(["pay", call.path] + place + call.arguments)
        #expect(result.status == 69)
        #expect(result.errors.hasPrefix("tonewall: http://127.0.0.1:1: took no payment: "), "\(result.errors)")
        #expect(result.errors.hasSuffix("nothing is taken)\n"))
    }

    @Test(arguments: [
        ["--amount", "0"], ["--amount", "4.205"], ["--currency", "pounds"], ["--profile", "none"], ["--date", "soon"],
        ["--detector-profile", "none"],
        ["--at", "soon:cancel"], ["--at", "3:dance"], ["--ask", "shoe-size"], ["--gateway", "ftp://x"],
        ["--gateway", "http://pay.example"], ["--reference", "card 4242-4242-4242-4242"],
        ["--session", "4242.4242.4242.4242"], ["--gateway", "https://pay.example/4242424242424242"],
    ])
    func `a usage error is one line, with 64`(arguments: [String]) throws {
        let call = try #require(FixtureCall.all.first)
        let named = arguments.contains("--gateway") ? [] : ["--gateway", "mock"]
        let result = try Command.run(["pay", call.path, "--ledger", folder("none.db")] + named + arguments)
        #expect(!folder.contents.contains("none.db"))
        #expect(result.status == 64)
        #expect(result.errors.hasPrefix("tonewall: "))
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        #expect(!result.errors.contains("4242"))
    }
}
