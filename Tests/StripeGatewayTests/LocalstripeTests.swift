import Foundation
import Gateway
import StripeGateway
import Glibc
import PaymentSession
import Support
import Testing

/// The client against a server that others wrote: localstripe of PyPI.
@Suite(
    .ownThread,
    .enabled(
        if: BuiltCommand.python(importing: "localstripe") != nil,
        "localstripe is not installed (Tools/test installs it into .build/judges)"),
    .serialized)
struct LocalstripeTests {
    /// A running localstripe and a client of it.
    private final class Peer {
        let process = Process()
        let client: PaymentIntentsGateway

        init() async throws {
            let port = try Self.freePort()
            process.executableURL = BuiltCommand.python(importing: "localstripe")
            process.arguments = ["-m", "localstripe", "--from-scratch", "--port", String(port)]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            var options = PaymentIntentsGateway.Options()
            options.cardEntry = .paymentMethodFirst
            options.listsByTime = false
            client = try PaymentIntentsGateway(url: "http://127.0.0.1:\(port)", key: "sk_test_12345", options: options)
        }

        // Not `terminate`: a child of a test inherits blocked signals, and this one does not open them.
        deinit { kill(process.processIdentifier, SIGKILL) }

        private static func freePort() throws -> Int {
            let server = try RawServer(reply: "")
            defer { server.stop() }
            return try #require(server.url.split(separator: ":").last.flatMap { Int($0) })
        }
    }

    /// The first answer of a server that may still be starting. Without an answer no money was taken.
    private func pay(_ order: PaymentOrder, _ number: String = "4242424242424242", at peer: Peer) async -> GatewayAnswer
    {
        var answer = await peer.client.pay(order, with: card(number))
        for _ in 0..<200 where answer.outcome == .unreachable {
            answer = await peer.client.pay(order, with: card(number))
        }
        return answer
    }

    @Test func `A card is paid, found again by its attempt, and refunded`() async throws {
        let peer = try await Peer()
        let order = order()
        let answer = await pay(order, at: peer)
        guard case .approved(let approval) = answer.outcome else {
            Issue.record("\(answer)")
            return
        }
        #expect(await peer.client.settle(order, sentAt: now()).outcome == answer.outcome)
        guard case .refunded = try await peer.client.void(paymentID: approval.paymentID, idempotencyKey: "v") else {
            Issue.record("not refunded")
            return
        }
        // Found by its key, not asked for a second time.
        let found = await peer.client.settleRefund(
            paymentID: approval.paymentID, amount: pounds(pence: 4200), idempotencyKey: "v")
        guard case .done(let name) = found else {
            Issue.record("\(found)")
            return
        }
        let other = await peer.client.settleRefund(
            paymentID: approval.paymentID, amount: pounds(pence: 1), idempotencyKey: "w")
        #expect(other != .done(refundID: name))
    }

    @Test func `A card that fails on its charge is declined`() async throws {
        let peer = try await Peer()
        guard case .declined(let decline) = await pay(order(), "4000000000000341", at: peer).outcome
        else {
            Issue.record("not declined")
            return
        }
        #expect(decline.code.description == "card_declined")
    }
}
