import Foundation
import Support
import Testing

/// No command writes a card number or a security code of a fixture call anywhere, unless it was asked to decode.
@Suite(.ownThread) struct Secrecy {
    let folder = TemporaryFolder()

    @Test(arguments: FixtureCall.all)
    func `no command reveals keyed digits`(call: FixtureCall) throws {
        #expect(call.keyed.isEmpty || !call.secrets.isEmpty)
        let gateway = try Command(["gateway"])
        let url = try #require(gateway.firstLine)
        let key = folder.write(Array("sk_test_1".utf8), to: "key")
        let pay =
            ["pay", call.path, "--gateway", url, "--key-file", key, "--verbose", "--out", folder("out"), "--ledger"]
            + [folder("out.ledger")] + call.arguments
        let ledger = folder("day.ledger")
        var texts: [(String, String)] = []
        for arguments in [
            pay + ["--format", "text", "--prompts", "agent"], pay + ["--format", "ndjson", "--prompts", "ivr"],
            ["pay", call.path, "--gateway", "mock", "--ledger", ledger] + call.arguments,
            ["ledger", "list", ledger], ["ledger", "verify", ledger],
            ["ledger", "reconcile", ledger, "--csv", folder("out/day.csv")],
            ["redact", call.path, "--out", folder("redacted")],
            ["suppress", call.path, folder("clean.wav")], ["verify", call.path],
            ["verify", call.path, "--format", "ndjson"],
            ["verify", folder("out/recording.wav"), folder("clean.wav")],
        ] {
            let result = try Command.run(arguments)
            #expect(result.status == 0 || result.status == 1, "\(arguments): \(result.errors)")
            texts.append((arguments.joined(separator: " "), result.text + result.errors))
        }
        gateway.send(SIGTERM)
        let told = gateway.finish()
        texts.append(("gateway", told.text + told.errors))
        for (command, text) in texts {
            for secret in call.secrets { #expect(!text.tells(secret), "\(command)") }
        }
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder("out")) {
            let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder("out/" + file))))
            for secret in call.secrets where secret.count >= 12 {
                #expect(bytes.firstRange(of: Array(secret.utf8)) == nil, "\(file)")
            }
        }
    }

    @Test func `wrong arguments with digits are not repeated`() throws {
        let number = "4242424242424242"
        for arguments in [
            ["pay", "call.wav", "--amount", number], ["pay", "call.wav", "--at", number], ["pay", "call.wav", number],
            ["pay", "call.wav", "--card", number], ["pay", "call.wav", "--profile", number],
            ["pay", "call.wav", "--date", number],
        ] {
            let result = try Command.run(arguments)
            #expect(result.status == 64)
            #expect(!(result.text + result.errors).tells(number), "\(result.errors)")
        }
    }

    @Test func `the check finds planted digits`() {
        #expect("card 4242 4242-4242 4242".tells("4242424242424242"))
        #expect("code: 123.".tells("123"))
        #expect(!"at 22.123 s".tells("123"))
        #expect(!"pi_a123b".tells("123"))
        #expect(!"at 1234".tells("123"))
    }
}

extension String {
    /// Whether `digits` can be read here: a long sequence in any grouping, a short one as a number of its own.
    fileprivate func tells(_ digits: String) -> Bool {
        guard digits.count < 12 else { return filter { !" -,:\t".contains($0) }.contains(digits) }
        // A code's own number: not part of a word, of a longer number, or of a decimal.
        let pattern = "(?<![\\w.])\(digits)(?!\\w|\\.\\d)"
        return range(of: pattern, options: .regularExpression) != nil
    }
}

extension Command {
    /// The first line of standard output.
    fileprivate var firstLine: String? {
        var count = 1
        while true {
            let bytes = output(atLeast: count)
            if let end = bytes.firstIndex(of: 10) { return String(decoding: bytes[..<end], as: UTF8.self) }
            if bytes.count < count { return nil }
            count = bytes.count + 1
        }
    }
}
