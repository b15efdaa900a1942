import CallControl
import DTMF
import Foundation
import Gateway
import PaymentSession
import Testing

/// What every line of a payment's events says, whatever happened.
struct EventLineTests {
    private func lines(_ currency: String, _ amount: Int, isTest: Bool) async throws -> [[String: Any]] {
        let settings = SessionSettings(
            sessionID: "SESSION", amount: amount, currency: currency, month: CardExpiry(month: 11, year: 2026)!,
            callID: "CALL", keyScope: "scope", isTest: isTest)
        let date = Date(timeIntervalSince1970: 1_795_960_800.25)
        let session = CallSession(settings, gateway: DecliningGateway(), journal: .none) { date }
        await session.send(.command(.collect), at: .zero)
        for key in "4242424242424242*1230*123*" { await session.send(.key(Key(key)!), at: .seconds(2)) }
        await session.send(.command(.secure), at: .seconds(3))
        await session.hearAnswer { .seconds(4) }
        await session.send(.command(.cancel), at: .seconds(5))
        var lines: [[String: Any]] = []
        let encoder = SessionRecords(prompts: .agent)
        for await event in await session.events() {
            let line = try #require(encoder.record(event)).ndjson
            #expect(line.hasSuffix("}\n"))
            lines.append(try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]))
        }
        return lines
    }

    @Test(arguments: [true, false])
    func `Each has session, call, wall clock and, from the first attempt on, the idempotency key`(isTest: Bool)
        async throws
    {
        let lines = try await lines("GBP", 4200, isTest: isTest)
        #expect(lines.first?["event"] as? String == "no-ledger" && lines.last?["event"] as? String == "ended")
        for line in lines {
            #expect(line["session"] as? String == "SESSION" && line["call"] as? String == "CALL")
            #expect(line["time"] as? String == "2026-11-29T14:00:00.250Z")
            #expect(line["at"] is Double)
            #expect(line["test"] as? Bool == (isTest ? true : nil))
        }
        let first = try #require(lines.firstIndex { $0["idempotency_key"] != nil })
        let submitted = try #require(lines.firstIndex { $0["event"] as? String == "submitted" })
        #expect(first > 10 && first <= submitted)
        #expect(lines[first...].allSatisfy { $0["idempotency_key"] as? String == "scope-SESSION-1" })
        #expect(lines.contains { $0["event"] as? String == "refused" })
        #expect(lines.contains { $0["event"] as? String == "prompt" })
    }

    @Test(arguments: [("GBP", 4200, "42.00"), ("JPY", 4200, "4200"), ("KWD", 4200, "4.200"), ("EUR", 5, "0.05")])
    func `An amount is in major units, with minor units beside it`(
        currency: String, amount: Int, text: String
    ) async throws {
        let lines = try await lines(currency, amount, isTest: true)
        let submitted = try #require(lines.first { $0["event"] as? String == "submitted" })
        #expect(submitted["amount"] as? String == text && submitted["amount_minor"] as? Int == amount)
        #expect(submitted["currency"] as? String == currency)
    }
}
