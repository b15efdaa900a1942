import CallControl
import DTMF
import PaymentSession
import Testing

/// What the agent reads of a session on a screen that only grows.
struct AgentTranscriptTests {
    private func transcript(_ keys: String, prompts: PromptStyle? = nil, isTest: Bool = false) async -> String {
        let settings = SessionSettings(
            sessionID: "S", amount: 4200, currency: "GBP", month: CardExpiry(month: 11, year: 2026)!, isTest: isTest)
        let session = CallSession(settings, gateway: DecliningGateway(), journal: .none)
        await session.send(.command(.collect), at: .zero)
        for key in keys { await session.send(.key(Key(key)!), at: .milliseconds(1500)) }
        await session.send(.command(.secure), at: .seconds(2))
        if await session.directive.awaitsAnswer { await session.hearAnswer { .seconds(4) } }
        await session.send(.command(.cancel), at: .seconds(125))
        var transcript = AgentTranscript(prompts: prompts)
        var text = ""
        for await event in await session.events() { text += transcript.text(for: event) }
        return text
    }

    private static let card = "4242424242424242*1230*123*"

    @Test func `A field is one line with a bullet for each digit and the part that may be shown`() async {
        let lines = await transcript(Self.card).split(separator: "\n").map(String.init)
        let number = lines.first { $0.contains("card number") }
        #expect(number?.hasSuffix(String(repeating: "•", count: 16) + "  Visa ending 4242") == true, "\(lines)")
        #expect(lines.first { $0.contains("security code") }?.hasSuffix("•••  given") == true)
        #expect(lines.contains { $0.hasPrefix("   4.0  declined") }, "\(lines)")
        #expect(lines.last?.hasPrefix(" 125.0  declined        card_declined") == true, "\(lines)")
        #expect(lines.first == "   0.0  no ledger       this payment is written nowhere")
    }

    @Test(arguments: [nil, PromptStyle.agent, .ivr])
    func `Of the keyed digits it has only the last four and the expiry`(prompts: PromptStyle?) async {
        for keys in [Self.card, "42424242#4242424242424241*", "12345678901234567890*", "4242424242424242*1399*"] {
            let text = await transcript(keys, prompts: prompts)
            let numbers = text.split { !$0.isNumber }.filter { $0.count > 3 }
            #expect(numbers.allSatisfy { String($0) == "4242" }, "\(text)")
            #expect(text.hasSuffix("\n") && !text.contains("\n\n") && !text.contains(" \n"))
        }
    }

    @Test func `TEST comes first and once, and prompts give the words to say`() async {
        let text = await transcript(Self.card, prompts: .agent, isTest: true)
        #expect(text.hasPrefix("   0.0  TEST            no money moves\n"))
        #expect(text.split(separator: "no money moves", omittingEmptySubsequences: false).count == 2)
        #expect(text.contains("say             “Please key the long number on the front of your card.”\n"))
        let named = await transcript(Self.card, prompts: .ivr)
        #expect(named.contains("prompt          enter-card-number\n") && !named.contains("“"))
    }

    @Test func `A command that is refused ends an open line with its reason`() async {
        let text = await transcript("4242")
        #expect(text.contains("••••\n   2.0  refused         secure: "))
    }
}
