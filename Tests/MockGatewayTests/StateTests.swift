import CurlClient
import Foundation
import MockGateway
import Support
import Testing

struct StateTests {
    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ form: String? = nil, key: String? = nil, to url: String
    ) async throws -> HTTPReply {
        var headers = [(name: "Authorization", value: "Bearer \(MockGateway.testKey)")]
        if let key { headers.append((name: "Idempotency-Key", value: key)) }
        let body = form.map { HTTPBody.plain(Array($0.utf8)) }
        return try await CurlClient.send(HTTPRequest(method, url + path, headers: headers, body: body))
    }

    private static let payment =
        "amount=4200&currency=gbp&confirm=true&payment_method_data[type]=card"
        + "&payment_method_data[card][number]=4000056655665556&payment_method_data[card][exp_month]=12"
        + "&payment_method_data[card][exp_year]=34&payment_method_data[card][cvc]=987"

    @Test func `Replies survive kill -9, and the same key is the same payment`() async throws {
        let folder = TemporaryFolder()
        let file = folder("gateway.state")
        let first = try GatewayProcess(arguments: ["--state", file])
        let paid = try await send(.post, "/v1/payment_intents", Self.payment, key: "k", to: first.url)
        #expect(paid.status == 200)
        let customer = try await send(.post, "/v1/customers", "name=Ada", to: first.url)
        let id = try #require(
            (try JSONSerialization.jsonObject(with: Data(customer.body)) as? [String: Any])?["id"] as? String)
        let deleted = try await send(.delete, "/v1/customers/" + id, to: first.url)
        #expect(deleted.status == 200)
        first.kill()

        let second = try GatewayProcess(arguments: ["--state", file])
        let again = try await send(.post, "/v1/payment_intents", Self.payment, key: "k", to: second.url)
        #expect(again.body == paid.body)
        let other = try await send(
            .post, "/v1/payment_intents", Self.payment + "&description=x", key: "k", to: second.url)
        #expect(other.status == 400)
        let charges = try await send(.get, "/v1/charges", to: second.url)
        let list = try JSONSerialization.jsonObject(with: Data(charges.body)) as? [String: Any]
        #expect((list?["data"] as? [Any])?.count == 1)
        #expect(try await send(.get, "/v1/customers/" + id, to: second.url).status == 404)
        second.kill()
        for name in folder.contents {
            let text = String(decoding: folder.bytes(name), as: UTF8.self)
            #expect(!text.contains("400005665566") && !text.contains("\"987\""), "\(name)")
        }
    }

    @Test func `Pending webhooks and refunds that will fail survive kill -9`() async throws {
        func reply(_ status: String) -> String {
            "HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        }
        func heard(_ words: [String], from receiver: RawServer) async throws -> Bool {
            for _ in 0..<1200 where !words.allSatisfy(receiver.text.contains) {
                try await Task.sleep(for: .milliseconds(50))
            }
            return words.allSatisfy(receiver.text.contains)
        }
        let folder = TemporaryFolder()
        let file = folder("gateway.state")
        let deaf = try RawServer(reply: reply("500 Internal Server Error"))
        defer { deaf.stop() }
        let first = try GatewayProcess(arguments: ["--state", file])
        _ = try await send(
            .post, "/v1/webhook_endpoints", "url=\(deaf.url)&enabled_events[]=*", to: first.url)
        let paid = try await send(
            .post, "/v1/payment_intents",
            Self.payment.replacing("4000056655665556", with: "4000000000005126"), to: first.url)
        let intent = try JSONSerialization.jsonObject(with: Data(paid.body)) as? [String: Any]
        let name = try #require(intent?["id"] as? String)
        #expect(try await heard(["payment_intent.succeeded"], from: deaf))
        #expect(try await send(.post, "/v1/refunds", "payment_intent=\(name)", to: first.url).status == 200)
        first.kill()

        deaf.answer(with: reply("200 OK"))
        let told = deaf.text.utf8.count
        let second = try GatewayProcess(arguments: ["--state", file])
        #expect(try await heard(["refund.created", "charge.refunded", "refund.failed"], from: deaf))
        let later = String(decoding: Array(deaf.text.utf8.dropFirst(told)), as: UTF8.self)
        #expect(later.contains("payment_intent.succeeded"), "what was refused before is told again")
        let refunds = try await send(.get, "/v1/refunds", to: second.url)
        #expect(String(decoding: refunds.body, as: UTF8.self).contains(#""status":"failed""#))
        second.kill()
    }

    @Test func `A file that is not a state file is an error`() async throws {
        let folder = TemporaryFolder()
        let path = folder.write(Array("text, and no database at all".utf8), to: "x")
        await #expect(throws: MockGatewayError.stateUnusable(path: path)) {
            _ = try await MockGateway.start(state: path)
        }
    }
}
