import GatewayHTTP
import CurlClient
import Gateway
import StripeGateway
import PaymentSession
import Support
import Testing

/// Whom a card is given to under encryption: who proves the gateway's name by an authority that is trusted.
@Suite(.ownThread, .enabled(if: TLSServer.isThere, "the openssl command is missing"), .timeLimit(.minutes(5)))
struct TLSTests {
    private let folder = TemporaryFolder()

    private static func answer(_ url: String, authorities: String? = nil, seconds: Double = 60) async throws
        -> GatewayAnswer
    {
        var options = PaymentIntentsGateway.Options()
        options.exchange.requestTimeout = seconds
        options.exchange.settlementDeadline = 0.1
        options.exchange.tries = 1
        options.exchange.authorities = authorities
        return try await PaymentIntentsGateway(url: url, key: "sk_test_1", options: options).pay(order(), with: card())
    }

    @Test func `A certificate is trusted only if the named authority issued it`() async throws {
        let server = try TLSServer(provingName: "DNS:localhost", in: folder)
        let url = "https://localhost:\(server.port)"
        let untrusted = try await Self.answer(url)
        #expect(untrusted.outcome == .unreachable && untrusted.fault == .untrusted)
        // The server is asked, and goes away without an answer.
        let (certificate, asked) = (server.certificate, url)
        let paying = Task.detached { try await Self.answer(asked, authorities: certificate) }
        server.waitFor("POST /v1/payment_intents")
        _ = server.finish()
        let trusted = try await paying.value
        #expect(trusted.outcome == .unknown(paymentID: nil), "\(trusted)")
        let other = try TLSServer(provingName: "DNS:pay.example", in: folder)
        let misnamedURL = "https://localhost:\(other.port)"
        let misnamed = try await Self.answer(misnamedURL, authorities: other.certificate)
        #expect(misnamed.outcome == .unreachable && misnamed.fault == .untrusted)
        let nowhere = try await Self.answer(misnamedURL, authorities: folder("missing.pem"))
        #expect(nowhere.outcome == .unreachable && nowhere.fault == .untrusted)
    }

    @Test(arguments: [["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-cipher", "NULL-SHA256:@SECLEVEL=0", "-tls1_2"]])
    func `Null and outdated encryption is refused`(options: [String]) async throws {
        let server = try TLSServer(provingName: "DNS:localhost", in: folder, options: options)
        let answer = try await Self.answer("https://localhost:\(server.port)", authorities: server.certificate)
        #expect(answer.outcome == .unreachable, "\(answer)")
    }

    @Test func `A server without TLS gets no request`() async throws {
        for steps in [[.reply("{}")], [.send([0x16, 3, 3, 0, 2, 1, 1])], [.hold], [.reset]] as [[ScriptedServer.Step]] {
            // What it takes for a request would be one in clear.
            let server = try ScriptedServer { _, _ in steps }
            defer { server.stop() }
            // A server that never answers is given up after some time, which does not affect the expectation.
            let answer = try await Self.answer("https://127.0.0.1:\(server.port)", seconds: 2)
            #expect(answer.outcome == .unreachable)
            #expect(server.requests.isEmpty)
        }
    }
}
