import Foundation
import Support
import Testing

/// No number on the command line ends a command by a trap: it is taken, or refused with a line and status 64.
@Suite(.ownThread) struct NumberTests {
    static let numbers = [
        "nan", "inf", "-inf", "1e300", "-1e300", "-0", "1e18", "99999999999999999999", "9223372036854775807",
        "-9223372036854775808", "1e-320", "0x10", "",
    ]
    static let options: [[String]] =
        ["--duration", "--period", "--periods", "--rate"].map {
            ["live", "--caller-in", "nowhere", "--agent-out", "nowhere", $0]
        }
        + ["--answer-after", "--at", "--amount"].map {
            ["pay", "nowhere.wav", "--gateway", "mock", "--no-ledger", $0]
        }
        + ["--level", "--twist", "--detune", "--noise", "--channels", "--bits"].map { ["synth", "1", "/dev/null", $0] }
        + [["decode", "-t", "raw", "nowhere", "--rate"]]

    @Test(arguments: options)
    func `no number traps`(option: [String]) throws {
        for number in Self.numbers {
            var arguments = option
            arguments[arguments.count - 1] += "=" + number + (option.last == "--at" ? ":secure" : "")
            let result = try Command.run(arguments)
            #expect([0, 64, 65, 66, 73].contains(result.status), "\(arguments): \(result.status) \(result.errors)")
        }
    }

    @Test func `A refused number leaves the limit readable, and is not repeated itself`() throws {
        let result = try Command.run(["verify", "-j", "4242424242", "nowhere"])
        #expect(result.status == 64)
        #expect(result.errors.contains("1 to 1024"), "\(result.errors)")
        #expect(!result.errors.contains("4242"), "\(result.errors)")
    }
}
