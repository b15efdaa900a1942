import Foundation
import Support
import Testing

/// Numbers that ought not to be trusted, as text.
enum HostileNumber {
    private static let known = [
        "nan", "-nan", "nan(0x1)", "inf", "-inf", "infinity", "1e300", "-1e300", "1e308", "1e309", "1e-320", "5e-324",
        "-0", "0",
        "-0.0", "0.0000001", "1e18", "1e19", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551615", "18446744073709551616", "2147483647", "2147483648", "4294967296", "65535", "65536",
        "-1",
        "0x10", "0x1p1023", "0x1p9999", "0b1", "0o7", "1e", "e1", "--1", "+5", "1_000", "1,5", "1.5.2", ".5", "5.",
        " 5",
        "5 ", "", "٣", "１２", "½", "Ⅷ", "१.५", "−5", "5\u{301}", "5\u{0}", "%d", "1e99999999999999999999",
    ]

    /// One that is known to have done harm elsewhere, or a random one.
    static func any(_ random: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: "\(Double(bitPattern: random.next()))"
        case 1: "\(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))"
        case 2: digits(Int.random(in: 1...400, using: &random), &random)
        case 3: digits(3, &random) + "." + digits(Int.random(in: 0...30, using: &random), &random)
        case 4: digits(1, &random) + "e" + (Bool.random(using: &random) ? "-" : "") + digits(3, &random)
        default: known.randomElement(using: &random)!
        }
    }

    private static func digits(_ count: Int, _ random: inout SeededGenerator) -> String {
        String((0..<count).map { _ in "0123456789".randomElement(using: &random)! })
    }
}

/// An option that takes a value, as a command's own help tells of it.
struct CommandOption: Sendable {
    /// The words that name the command: `ledger list`.
    let command: String
    let name: String
    /// What the help calls its value.
    let value: String

    /// The option with `number` in it, if it takes one: a date, a list of faults and a step hold several things.
    func written(_ number: String, _ random: inout SeededGenerator) -> [String] {
        let forms: [String] =
            switch value {
            case "step": ["N:secure", "N:submit", "N"]
            case "list": ["slow=N", "slow=N@N", "500*N", "409@N:any", "slow=0*N@N", "N"]
            case "YYYY-MM-DD": ["N", "N-01-01", "2026-N-01", "2026-01-N"]
            case "zone": ["N", "GMT+N", "UTC-N"]
            default: ["N"]
            }
        let text = forms.randomElement(using: &random)!.replacingOccurrences(of: "N", with: number)
        return name.hasPrefix("--") ? ["\(name)=\(text)"] : [name, text]
    }

    /// Every option of every command that takes a value.
    static func all() throws -> [CommandOption] {
        let help = try Command.run(["--experimental-dump-help"])
        return try JSONDecoder().decode(Dump.self, from: Data(help.output)).command.options([])
    }

    private struct Dump: Decodable { var command: Node }

    private struct Node: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }
        struct Argument: Decodable {
            var kind: String
            var names: [Name]?
            var valueName: String?
        }
        var commandName: String
        var arguments: [Argument]?
        var subcommands: [Node]?

        func options(_ path: [String]) -> [CommandOption] {
            let own = (arguments ?? []).compactMap { argument -> CommandOption? in
                guard argument.kind == "option", let name = argument.names?.first(where: { $0.kind == "long" })
                else { return nil }
                return CommandOption(
                    command: path.joined(separator: " "), name: "--" + name.name, value: argument.valueName ?? "")
            }
            return own + (subcommands ?? []).flatMap { $0.options(path + [$0.commandName]) }
        }
    }
}

/// A folder with something for each command to work on.
struct NumberPlace {
    let folder = TemporaryFolder()

    init() throws {
        for line in [["synth", "12", "a.wav", "--channels", "2"], ["synth", "12", "a.raw", "--type", "raw"]] {
            try check(line)
        }
        try check(["pay", FixtureCall.all[0].path, "--gateway", "mock", "--ledger", "l.db", "--session", "S"])
    }

    /// A line that its command works on, up to where an option is added; `nil` if none is known.
    func base(of command: String) -> [String]? {
        let gateway = ["--gateway", "http://127.0.0.1:9"]
        let arguments: [String]? =
            switch command {
            case "decode": ["a.raw", "--type", "raw", "--rate", "8000"]
            case "devices": []
            case "live": ["--caller-in", "none", "--agent-out", "none", "--pay", "1", "--no-ledger"] + gateway
            case "suppress": ["a.wav", "out.wav"]
            case "verify": ["a.wav"]
            case "redact": ["a.wav", "--out", "out"]
            case "synth": ["12", "out.wav"]
            case "gateway": ["--until-input-ends"]
            case "pay": ["a.wav", "--amount", "1", "--no-ledger"] + gateway
            case "ledger list", "ledger verify", "ledger reconcile": ["l.db"]
            case "ledger show", "ledger receipt": ["l.db", "S"]
            case "ledger settle": ["l.db", "S", "--as", "paid", "--reason", "x"]
            case "ledger refund", "ledger void": ["l.db", "S"] + gateway
            default: nil
            }
        return arguments.map { command.split(separator: " ").map(String.init) + $0 }
    }

    /// Runs `tonewall` with `arguments` to its end: it works or says in a line why not, and does not trap.
    func check(_ arguments: [String], of content: String = "") throws {
        let result = try Command.run(arguments, environment: ["TONEWALL_GATEWAY_KEY": "sk_test_x"], in: folder.path)
        let what = "\(arguments) \(content): \(result.status) \(result.errors)"
        #expect([0, 1, 64, 65, 66, 69, 73, 74].contains(result.status), "\(what)")
        #expect(result.status == 0 || !result.errors.isEmpty || !result.output.isEmpty, "\(what)")
    }
}
