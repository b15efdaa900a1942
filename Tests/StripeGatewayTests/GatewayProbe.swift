import GatewayHTTP
import CurlClient
import Foundation
import Gateway
import StripeGateway
import MockGateway

/// A mock, a client of it, and the payments that the mock has booked.
struct GatewayProbe {
    let mock: MockGateway
    let client: PaymentIntentsGateway

    /// A client whose repetitions follow soon. Times are long for a machine that has other things to do; where a test
    /// is about waiting, it says so.
    init(
        _ faults: String = "", requestTimeout: Double = 60, settlementDeadline: Double = 120, tries: Int = 4
    ) async throws {
        mock = try await MockGateway.start(faults: try Fault.list(faults))
        var options = PaymentIntentsGateway.Options()
        options.exchange.requestTimeout = requestTimeout
        options.exchange.settlementDeadline = settlementDeadline
        options.exchange.backoff = 0.02
        options.exchange.tries = tries
        client = try PaymentIntentsGateway(url: mock.url, key: MockGateway.testKey, options: options)
    }

    /// Charges that took money.
    func charges() async throws -> Int {
        try await list("charges").filter { $0["status"] as? String == "succeeded" }.count
    }

    /// Waits until every fault that has a number of times was used up.
    func waitForFaults() async throws {
        let request = HTTPRequest(.get, mock.url + "/admin/faults", timeout: 60)
        while try await !String(decoding: CurlClient.send(request).body, as: UTF8.self).contains("\"faults\":[]") {
            await Task.yield()
        }
    }

    /// What the mock lists under `/v1/NAME`.
    func list(_ name: String) async throws -> [[String: Any]] {
        let reply = try await CurlClient.send(
            HTTPRequest(
                .get, "\(mock.url)/v1/\(name)?limit=100",
                headers: [(name: "Authorization", value: "Bearer \(MockGateway.testKey)")], timeout: 60))
        let object = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any]
        return object?["data"] as? [[String: Any]] ?? []
    }
}
