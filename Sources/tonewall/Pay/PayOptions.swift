import ArgumentParser
import Currencies
import Gateway
import Glibc
import MockGateway
import PaymentSession
import Pipeline

/// What is to be paid, and which keys and times hold.
struct PaymentOptions: ParsableArguments {
    @Option(help: "The amount, as 42.00.")
    var amount = "42.00"

    @Option(help: "ISO 4217 code.")
    var currency = "GBP"

    @Option(help: "Account or invoice number that the payment is filed under.")
    var reference: String?

    @Option(help: ArgumentHelp("Keys and times: keyivr, hash, slow or a YAML or TOML file.", valueName: "profile"))
    var profile = KeypadProfile.keyivr.name

    @Option(
        help: ArgumentHelp(
            "Ask the caller for this, too: account-number, house-number or postcode; may be given again.",
            valueName: "field"))
    var ask: [String] = []

    @Option(
        help: ArgumentHelp("The session's name, part of every idempotency key (default: a new one).", valueName: "id"))
    var session: String?

    @Option(
        help: ArgumentHelp(
            "The day of the call, against which expiries are held (default: today).", valueName: "YYYY-MM-DD"))
    var date: String?

    func settings(for agent: AgentOptions) throws -> SessionSettings {
        let amount = try ChargeArgument(amount: amount, currency: currency)
        let profile = try KeypadProfile(argument: profile)
        let extra = try ask.map { name in
            guard let field = CaptureField(rawValue: name) else {
                throw Failure(.usage, "no caller can be asked for that", advice: "see tonewall pay --help")
            }
            return field
        }
        guard
            session.map({ (1...64).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
                ?? true
        else {
            throw Failure(.usage, "a session's name is 1 to 64 printing ASCII characters", advice: "leave it out")
        }
        for (name, text) in [("reference", reference), ("session's name", session)] {
            guard text?.mayHoldCardNumber != true else {
                throw Failure(
                    .usage, "the \(name) may hold a card number, which is kept nowhere", advice: "leave it out")
            }
        }
        return SessionSettings(
            sessionID: session ?? Self.newSession(), amount: amount.minorUnits, currency: amount.currency.code,
            reference: reference, fields: CaptureField.card + extra, profile: profile,
            submission: agent.script.submission,
            month: try month())
    }

    /// A name that no other session has: 120 random bits, in letters, so that it holds no digit.
    static func newSession() -> String {
        "call_" + String((0..<26).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a" })
    }

    private func month() throws -> CardExpiry {
        guard let date else { return Self.thisMonth() }
        let parts = date.split(separator: "-").map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], (1...31).contains(day),
            let result = CardExpiry(month: month, year: year)
        else { throw Failure(.usage, "a date is written YYYY-MM-DD", advice: "as --date 2026-11-21") }
        return result
    }

    private static func thisMonth() -> CardExpiry {
        var now = time(nil)
        var parts = unsafe tm()
        unsafe localtime_r(&now, &parts)
        guard let month = unsafe CardExpiry(month: Int(parts.tm_mon) + 1, year: Int(parts.tm_year) + 1900) else {
            preconditionFailure("this century has cards")
        }
        return month
    }
}

/// What the agent did, and what is read to the caller.
struct AgentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("What the agent did, and when: SECONDS:COMMAND; may be given again.", valueName: "step"),
        transform: AgentOptions.step)
    var at: [AgentScript.Step] = []

    @Option(help: ArgumentHelp("Seconds of the call from a submission to the gateway's answer.", valueName: "s"))
    var answerAfter = 1.0

    @Option(help: "Show what the caller is told: agent gives the words to read, ivr the prompt's name.")
    var prompts: PromptStyle?

    var script: AgentScript { AgentScript(at) }

    mutating func validate() throws {
        guard (0...600).contains(answerAfter) else { throw ValidationError("an answer comes after 0 to 600 s") }
    }

    private static func step(_ text: String) throws -> AgentScript.Step {
        guard let step = AgentScript.Step(text) else {
            throw ValidationError("a step is written SECONDS:COMMAND, as 31.5:recollect-security-code")
        }
        return step
    }
}

/// Who tells the caller what to do.
enum PromptStyle: String, ExpressibleByArgument, CaseIterable { case agent, ivr }

/// Where payments go.
struct GatewayOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The gateway's address (default: a mock, in a process of its own).", valueName: "url"))
    var gateway: String?

    @Option(help: ArgumentHelp("File that holds the gateway's secret key.", valueName: "file"), completion: .file())
    var keyFile: String?

    /// A gateway that can be asked.
    struct Open {
        let client: any PaymentGateway
        let url: String
        fileprivate let mock: MockProcess?

        func close() async { mock?.stop() }
    }

    func open() async throws -> Open {
        guard let gateway else {
            let mock = try MockProcess()
            let client = try PaymentIntentsGateway(url: mock.url, key: MockGateway.testKey)
            return Open(client: client, url: mock.url, mock: mock)
        }
        guard !gateway.mayHoldCardNumber else {
            throw Failure(.usage, "the gateway's address may hold a card number", advice: "as https://pay.example")
        }
        let key = try key()
        // The ledger tells gateways apart by their addresses.
        let url = gateway.hasSuffix("/") ? String(gateway.dropLast()) : gateway
        do throws(GatewayFault) {
            return Open(client: try PaymentIntentsGateway(url: url, key: key), url: url, mock: nil)
        } catch {
            throw GatewayUnavailable(url: url, fault: error)
        }
    }

    private func key() throws -> String {
        if let keyFile {
            let text = try SmallFile.text(of: keyFile, limit: 1024)
            guard let key = text.split(whereSeparator: \.isWhitespace).first else {
                throw Failure(.dataError, file: keyFile, "holds no key", advice: "put the secret key on its first line")
            }
            return String(key)
        }
        return unsafe getenv("TONEWALL_GATEWAY_KEY").map { unsafe String(cString: $0) } ?? MockGateway.testKey
    }
}
