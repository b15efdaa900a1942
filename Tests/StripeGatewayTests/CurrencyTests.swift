import StripeGateway
import Currencies
import CurlClient
import Foundation
import Gateway
import MockGateway
import PaymentSession
import Testing

/// Currencies between client and mock: the mock accepts what the client writes.
struct CurrencyTests {
    @Test func `A payment in each currency is charged and partly refunded in the protocol's amounts`() async throws {
        let probe = try await GatewayProbe()
        for currency in Currency.all where !["IQD", "LYD"].contains(currency.code) {
            var order = order(amount: 20_000)
            order.currency = currency.code
            let written = try ProtocolAmount(charge: order.amount, of: currency).value
            let answer = await probe.client.pay(order, with: card())
            guard case .approved(let approval) = answer.outcome else {
                Issue.record("\(currency.code): \(answer)")
                continue
            }
            let charge = try #require(try await probe.list("charges").first)
            #expect(charge["amount"] as? Int == written && charge["currency"] as? String == currency.code.lowercased())
            let part = try #require(Money(5000, currency.code))
            _ = try await probe.client.refund(
                paymentID: approval.paymentID, amount: part, idempotencyKey: order.sessionID)
            let refund = try #require(try await probe.list("refunds").first)
            #expect(refund["amount"] as? Int == written / 4, "\(currency.code)")
        }
        await probe.mock.stop()
    }

    @Test(arguments: [
        ("KWD", 1234), ("GBP", 1), ("GBP", 29), ("MGA", 4250), ("IQD", 42_000), ("ZZZ", 4200), ("XXX", 4200),
    ])
    func `An amount that the protocol does not take is refused before anything is sent`(currency: String, amount: Int)
        async throws
    {
        let probe = try await GatewayProbe()
        var order = order(amount: amount)
        order.currency = currency
        guard case .rejected(let refusal) = await probe.client.pay(order, with: card()).outcome, refusal.status == 400,
            refusal.code != nil
        else {
            Issue.record("\(currency) \(amount) was sent")
            return
        }
        #expect(try await probe.list("payment_intents").isEmpty)
        await probe.mock.stop()
    }

    @Test(
        arguments: [
            ("gbp", 29, "amount_too_small"), ("usd", 49, "amount_too_small"), ("jpy", 49, "amount_too_small"),
            ("kwd", 1234, "parameter_invalid_integer"), ("isk", 4250, "parameter_invalid_integer"),
            ("ugx", 501, "parameter_invalid_integer"), ("zzz", 4200, nil), ("xxx", 4200, nil), ("dem", 4200, nil),
            ("gbp", 100_000_000, "amount_too_large"),
        ] as [(String, Int, String?)])
    func `The mock refuses what the protocol refuses`(currency: String, amount: Int, code: String?) async throws {
        let probe = try await GatewayProbe()
        let form = HTTPBody.plain(Array("amount=\(amount)&currency=\(currency)".utf8))
        let reply = try await CurlClient.send(
            HTTPRequest(
                .post, "\(probe.mock.url)/v1/payment_intents",
                headers: [(name: "Authorization", value: "Bearer \(MockGateway.testKey)")], body: form, timeout: 60))
        #expect(reply.status == 400)
        let body = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any]
        let error = try #require(body?["error"] as? [String: Any])
        #expect(error["code"] as? String == code)
        #expect(error["param"] as? String == (code == nil ? "currency" : "amount"))
        await probe.mock.stop()
    }
}
