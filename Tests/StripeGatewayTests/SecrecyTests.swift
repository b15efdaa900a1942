import GatewayHTTP
import CurlClient
import Foundation
import Gateway
import StripeGateway
import PaymentSession
import Support
import Testing

/// Where card data goes, and where it never does.
struct SecrecyTests {
    private static let number = "4000056655665556"

    private func answer(to reply: String) async throws -> (answer: GatewayAnswer, sent: String) {
        let server = try RawServer(reply: reply)
        var options = PaymentIntentsGateway.Options()
        options.exchange.tries = 1
        options.exchange.settlementDeadline = 0
        let client = try PaymentIntentsGateway(url: server.url, key: "sk_test_1", options: options)
        let answer = await client.pay(
            order(), with: card(Self.number, code: "987", houseNumber: "7654", postcode: "321"))
        server.stop()
        return (answer, server.text)
    }

    @Test func `Card data is only in the body, once`() async throws {
        let sent = try await answer(to: "HTTP/1.1 402 Payment Required\r\nContent-Length: 2\r\n\r\n{}").sent
        let parts = sent.components(separatedBy: "\r\n\r\n")
        #expect(parts.count == 2)
        let body = try #require(parts.last)
        #expect(sent.components(separatedBy: Self.number).count == 2)
        #expect(body.contains("payment_method_data[card][number]=\(Self.number)&"))
        #expect(body.contains("payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2034&"))
        #expect(body.contains("payment_method_data[card][cvc]=987&"))
        #expect(body.contains("payment_method_data[billing_details][address][line1]=7654&"))
        #expect(body.hasSuffix("payment_method_data[billing_details][address][postal_code]=321"))
        #expect(body.contains("confirm=true"))
        #expect(body.contains("payment_method_options[card][moto]=true"))
        #expect(body.contains("metadata[reference]=INV%207%2F%C2%A3"))
        #expect(parts[0].hasPrefix("POST /v1/payment_intents HTTP/1.1\r\n"))
        #expect(parts[0].contains("\r\nAuthorization: Bearer sk_test_1\r\n"))
        #expect(parts[0].contains("\r\nIdempotency-Key: test_"))
        #expect(!parts[0].contains("Expect:"))
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"id\":\"4000056655665556\"",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "4000056655665556\r\n\r\n",
        "HTTP/1.1 402 Payment Required\r\nContent-Length: 92\r\n\r\n"
            + "{\"error\":{\"code\":\"bad 4000056655665556\",\"decline_code\":\"4000056655665556\",\"message\":\"4000056655665556\"}}",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 58\r\n\r\n{\"error\":{\"type\":\"x 4000056655665556\",\"message\":\"987\"}}   ",
        "HTTP/1.1 500 4000056655665556\r\nContent-Length: 16\r\n\r\n4000056655665556",
    ])
    func `Card data that a gateway sends back is in no answer`(reply: String) async throws {
        let answer = try await answer(to: reply).answer
        #expect(!String(reflecting: answer).contains("5566"))
        #expect(!String(reflecting: answer).contains("987"))
        switch answer.outcome {
        case .approved: Issue.record("approved by \(reply.count) bytes of nonsense")
        default: break
        }
    }
}
