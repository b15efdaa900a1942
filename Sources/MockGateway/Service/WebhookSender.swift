internal import CurlClient
internal import Foundation
internal import Secrets

/// Sends signed events to endpoints until they answer 2xx.
final class WebhookSender: Sendable {
    /// Seconds before each further try.
    private static let backoff: [Double] = [0.2, 0.5, 1, 2, 5, 10]
    /// Seconds that a delayed event waits for another to overtake it.
    private static let hold = 0.5

    /// Sends `event` to `endpoint`, `copies` times, and reports whether it was accepted. A delayed event lets later
    /// ones go first.
    func send(
        _ event: Event, to endpoint: WebhookEndpoint, copies: Int, isHeld: Bool, clock: @escaping @Sendable () -> Date,
        then: @escaping @Sendable (_ isTaken: Bool) async -> Void
    ) {
        Task {
            if isHeld { try? await Task.sleep(for: .seconds(Self.hold)) }
            var isTaken = true
            for _ in 0..<copies where await !Self.deliver(event, to: endpoint, clock: clock) { isTaken = false }
            await then(isTaken)
        }
    }

    private static func deliver(
        _ event: Event, to endpoint: WebhookEndpoint, clock: @Sendable () -> Date
    ) async -> Bool {
        let payload = event.json.bytes
        for pause in [0] + backoff {
            if pause > 0 { try? await Task.sleep(for: .seconds(pause)) }
            let time = Int(clock().timeIntervalSince1970)
            let request = HTTPRequest(
                .post, endpoint.url,
                headers: [
                    ("Content-Type", "application/json; charset=utf-8"),
                    ("Stripe-Signature", signature(of: payload, at: time, secret: endpoint.secret)),
                ],
                body: .plain(payload), timeout: 5)
            if let reply = try? await CurlClient.send(request), (200..<300).contains(reply.status) { return true }
        }
        return false
    }

    /// `t=TIME,v1=CODE` with the HMAC-SHA256 of `TIME.payload` under the endpoint's secret.
    static func signature(of payload: [UInt8], at time: Int, secret: String) -> String {
        let code = HMAC(key: Array(secret.utf8)).hexadecimal(Array("\(time).".utf8) + payload)
        return "t=\(time),v1=\(code)"
    }
}
