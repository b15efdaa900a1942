import GatewayHTTP
import Gateway
import StripeGateway
import MockGateway
import PaymentSession
import Support
import Testing

struct PaymentTests {
    @Test(arguments: [
        "4242424242424242", "4000056655665556", "4111111111111111", "5555555555554444", "2223003122003222",
        "378282246310005", "371449635398431", "6011111111111117", "3056930009020004", "3566002020360505",
        "6200000000000005",
    ])
    func `A test card that succeeds is approved and charged once`(number: String) async throws {
        let probe = try await GatewayProbe()
        let code = number.count == 15 ? "1234" : "123"
        let answer = await probe.client.pay(order(), with: card(number, code: code))
        guard case .approved(let approval) = answer.outcome else {
            Issue.record("\(answer)")
            return
        }
        #expect(approval.paymentID.hasPrefix("pi_"))
        #expect(approval.securityCodeCheck == .pass)
        #expect(approval.postcodeCheck == .unchecked)
        #expect(answer.fault == nil)
        #expect(try await probe.charges() == 1)
        await probe.mock.stop()
    }

    @Test(arguments: [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000009987", "card_declined", "lost_card"),
        ("4000000000009979", "card_declined", "stolen_card"),
        ("4000000000000069", "expired_card", "expired_card"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
        ("4000000000000119", "processing_error", "processing_error"),
        ("4000000000000341", "card_declined", "generic_decline"),
        ("4000002500003155", "authentication_required", "authentication_required"),
        ("4242424242424241", "incorrect_number", nil),
    ])
    func `A refusal has its code and takes no money`(number: String, code: String, detail: String?) async throws {
        let probe = try await GatewayProbe()
        let answer = await probe.client.pay(order(), with: card(number))
        guard case .declined(let decline) = answer.outcome else {
            Issue.record("\(answer)")
            return
        }
        #expect(decline.code.description == code)
        #expect(decline.declineCode?.description == detail)
        #expect(try await probe.charges() == 0)
        await probe.mock.stop()
    }

    @Test(arguments: [
        ("4000000000000101", IssuerCheck.fail, IssuerCheck.pass, IssuerCheck.pass),
        ("4000000000000010", .pass, .fail, .fail), ("4000000000000028", .pass, .fail, .pass),
        ("4000000000000036", .pass, .pass, .fail), ("4000000000000044", .pass, .unavailable, .unavailable),
    ])
    func `The issuer's checks come with the approval`(
        number: String, code: IssuerCheck, house: IssuerCheck, postcode: IssuerCheck
    ) async throws {
        let probe = try await GatewayProbe()
        let answer = await probe.client.pay(order(), with: card(number, houseNumber: "10", postcode: "11"))
        guard case .approved(let approval) = answer.outcome else {
            Issue.record("\(answer)")
            return
        }
        #expect(approval.securityCodeCheck == code)
        #expect(approval.houseNumberCheck == house)
        #expect(approval.postcodeCheck == postcode)
        await probe.mock.stop()
    }

    @Test func `A payment is a telephone order that can be found by its attempt`() async throws {
        let probe = try await GatewayProbe()
        let order = order(amount: 1999)
        _ = await probe.client.pay(order, with: card())
        let intent = try #require(try await probe.list("payment_intents").first)
        let options = intent["payment_method_options"] as? [String: [String: Bool]]
        #expect(options?["card"]?["moto"] == true)
        #expect(intent["amount"] as? Int == 1999)
        #expect(intent["currency"] as? String == "gbp")
        let metadata = intent["metadata"] as? [String: String]
        #expect(metadata == ["session": order.sessionID, "attempt": order.idempotencyKey, "reference": "INV 7/£"])
        await probe.mock.stop()
    }

    @Test func `A reference that may hold a card number is always masked`() async throws {
        let probe = try await GatewayProbe()
        var order = order()
        order.reference = "card 4242-4242-4242-4242"
        _ = await probe.client.pay(order, with: card())
        let intent = try #require(try await probe.list("payment_intents").first)
        #expect((intent["metadata"] as? [String: String])?["reference"] == "card ••••-••••-••••-••••")
        await probe.mock.stop()
    }

    @Test(arguments: [
        "200 OK", "201 Created", "202 Accepted", "204 No Content", "302 Found",
    ])
    func `A reply without a clear outcome leaves the payment unknown`(status: String) async throws {
        for body in ["{}", #"{"id":"4242424242424242","status":"succeeded"}"#, #"{"id":"pi_1"}"#] {
            let server = try RawServer(
                reply: "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
            defer { server.stop() }
            var options = PaymentIntentsGateway.Options()
            options.exchange.backoff = 0.01
            options.exchange.settlementDeadline = 0.05
            let client = try PaymentIntentsGateway(url: server.url, key: "sk", options: options)
            #expect(await client.pay(order(), with: card()).outcome == .unknown(paymentID: nil), "\(body)")
        }
    }

    @Test func `A repeated order is the same payment`() async throws {
        let probe = try await GatewayProbe()
        let order = order()
        let first = await probe.client.pay(order, with: card())
        let second = await probe.client.pay(order, with: card())
        #expect(first.outcome == second.outcome)
        #expect(try await probe.charges() == 1)
        await probe.mock.stop()
    }

    @Test func `A wrong key is rejected and takes nothing`() async throws {
        let mock = try await MockGateway.start()
        let client = try PaymentIntentsGateway(url: mock.url, key: "pk_wrong")
        let answer = await client.pay(order(), with: card())
        #expect(
            answer.outcome
                == .rejected(GatewayRefusal(status: 401, code: GatewayCode("api_key_invalid"), isOfKey: true)))
        await mock.stop()
    }

    @Test func `An approved payment is voided by a refund once its money has moved`() async throws {
        let probe = try await GatewayProbe()
        guard case .approved(let approval) = await probe.client.pay(order(), with: card()).outcome else {
            Issue.record("not approved")
            return
        }
        let reversal = try await probe.client.void(paymentID: approval.paymentID, idempotencyKey: "v1")
        guard case .refunded(let name) = reversal else {
            Issue.record("\(reversal)")
            return
        }
        #expect(name.hasPrefix("re_"))
        #expect(try await probe.list("refunds").first?["amount"] as? Int == 4200)
        await #expect(
            throws: GatewayFault.refused(GatewayRefusal(status: 400, code: GatewayCode("charge_already_refunded")))
        ) {
            _ = try await probe.client.refund(
                paymentID: approval.paymentID, amount: pounds(pence: 1), idempotencyKey: "v2")
        }
        await probe.mock.stop()
    }
}
