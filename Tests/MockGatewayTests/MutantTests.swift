import Foundation
import GRDB
import Secrets
import Support
import Testing

@testable import MockGateway

/// Mutants of the mock's inputs. They never trap.
@Suite(.ownThread) struct MutantTests {
    private static let seed = SeededGenerator.seedOfRun()

    private static let card =
        "payment_method_data[type]=card&payment_method_data[card][number]=4242424242424242"
        + "&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2034"
    private static let forms: [String] = [
        "amount=4200&currency=gbp&confirm=true&metadata[a]=b&expand[]=latest_charge&" + card,
        "limit=3&starting_after=x&created[gt]=9223372036854775807&created[lte]=-9223372036854775808",
        "limit=100&ending_before=y&expand[]=data.latest_charge&expand[]=data.customer.x.y.z",
        "payment_intent=pi_1&amount=1&reason=duplicate&metadata[refund]=r", "amount_to_capture=99999999999999999999",
        "url=http://127.0.0.1:1&enabled_events[]=*", "a[b][c][d]=1&a[b]=2&a=3&a[]=4&a[b][]=5", "a=%ff&b=%zz&c=%",
        "name=Ada&email=a%40b&address[city]=x", "card[exp_month]=-1&card[exp_year]=9223372036854775807",
    ]

    @Test func `Random forms are answered or refused`() throws {
        let paths = [
            "payment_intents", "payment_intents/ID", "payment_intents/ID/confirm", "payment_intents/ID/cancel",
            "payment_intents/ID/capture", "payment_methods", "payment_methods/ID/attach", "charges", "charges/ID",
            "refunds",
            "refunds/ID", "customers", "customers/ID", "customers/ID/payment_methods", "webhook_endpoints", "events",
        ]
        var store = GatewayStore(hash: HMAC(key: [1]))
        var generator = SeededGenerator(seed: Self.seed)
        let seeds = Self.forms.map { Array($0.utf8) }
        var answered = 0
        forEachMutant(of: seeds, usually: 1000) { bytes in
            guard let form = FormValue(encoded: bytes) ?? FormValue(encoded: seeds[0]) else { return }
            let names =
                store.paymentIntents.order + store.charges.order + store.customers.order + store.paymentMethods.order
            let path = (paths.randomElement(using: &generator) ?? "").replacing(
                "ID", with: names.randomElement(using: &generator) ?? "x")
            let call = APICall(
                method: ["GET", "POST", "DELETE"].randomElement(using: &generator) ?? "GET",
                path: path.split(separator: "/").map(String.init), parameters: form)
            if let answer = try? store.answer(call) {
                answered += 1
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(answer.bytes)) }
            }
        }
        #expect(answered > 0)
    }

    @Test func `Targets of requests, and faults`() {
        forEachMutant(
            of: ["/v1/charges?limit=3", "http://x/v1?a", "*", "//", "http://", "/%2e%2e/?%"].map { Array($0.utf8) },
            usually: 1000
        ) {
            let text = String(decoding: $0, as: UTF8.self)
            if let target = RequestCheck.target(text) { #expect(target.path.hasPrefix("/")) }
            _ = try? Fault.list(text)
        }
        forEachMutant(
            of: ["slow=2.5*3@0.5:any,500*1", "429@nan,slow=inf*99999999999999999999"].map { Array($0.utf8) },
            usually: 1000
        ) {
            _ = try? Fault.list(String(decoding: $0, as: UTF8.self))
        }
    }

    @Test func `Requests over the wire`() async throws {
        let mock = try await MockGateway.start()
        let seeds = [
            "POST /v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_1\r\nContent-Length: 8\r\n\r\nname=Ada",
            "POST /v1/customers?a=b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4;x\r\nname\r\n0\r\nX: y\r\n\r\n",
            "GET /v1/charges?limit=3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
        ]
        forEachMutant(of: seeds.map { Array($0.utf8) }, usually: 1000, share: 4) { bytes in
            let client = RawClient(mock.url)
            client.send(bytes)
            client.finishSending()
            #expect(client.readToEnd().isClosed)
        }
        await mock.stop()
    }

    @Test func `State files`() async throws {
        let folder = TemporaryFolder()
        let path = folder("state")
        let mock = try await MockGateway.start(state: path)
        for form in Self.forms {
            for name in ["payment_intents", "customers", "webhook_endpoints", "refunds"] {
                let client = RawClient(mock.url)
                client.send(
                    Array(
                        ("POST /v1/\(name) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_1\r\nConnection: close\r\n"
                            + "Idempotency-Key: \(name)\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)").utf8))
                _ = client.readToEnd()
            }
        }
        await mock.stop()
        let whole = folder.bytes("state")
        #expect(
            try GatewayStore(from: StateFile(path: path), hash: HMAC(key: [1])).paymentIntents.order.count == 1)
        forEachMutant(of: [whole], usually: 1000, share: 4) { bytes in
            _ = folder.write(bytes, to: "mutant")
            defer {
                for end in ["", "-journal", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: folder("mutant" + end))
                }
            }
            guard let file = try? StateFile(path: folder("mutant")), let hash = try? file.hash() else { return }
            _ = try? file.replies()
            guard var store = try? GatewayStore(from: file, hash: hash) else { return }
            for name in ["payment_intents", "charges", "refunds", "customers", "events", "webhook_endpoints"] {
                _ = try? store.answer(APICall(method: "GET", path: [name], parameters: .empty))
            }
            for id in store.paymentIntents.order {
                let form = FormValue(encoded: Array("payment_intent=\(id)".utf8)) ?? .empty
                _ = try? store.answer(APICall(method: "POST", path: ["refunds"], parameters: form))
            }
            for id in store.refunds.order { store.failRefund(id) }
        }
    }

    @Test(arguments: [
        "UPDATE thing SET body = replace(body, '4200', '9223372036854775807')",
        "UPDATE thing SET body = replace(body, '4200', '-9223372036854775808')", "UPDATE thing SET body = ''",
        "UPDATE reply SET body = replace(body, '\"status\":200', '\"status\":-1')",
        "UPDATE reply SET body = replace(body, '\"status\":200', '\"status\":100')",
        "DROP TABLE thing; CREATE TABLE thing (position, kind, id, body); INSERT INTO thing VALUES (1, 'charge', NULL, NULL)",
        "DROP TABLE reply; CREATE TABLE reply (key, body); INSERT INTO reply VALUES (NULL, 5)",
        "DROP TABLE secret; CREATE TABLE secret (id, key); INSERT INTO secret VALUES (1, NULL)",
        "DROP TABLE thing; CREATE VIEW thing AS SELECT 1 AS position",
    ])
    func `A state file that no gateway has written is an error`(change: String) async throws {
        let folder = TemporaryFolder()
        let path = folder("state")
        let first = try await MockGateway.start(state: path)
        let client = RawClient(first.url)
        let form = Self.forms[0]
        client.send(
            Array(
                ("POST /v1/payment_intents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_1\r\nConnection: close\r\n"
                    + "Idempotency-Key: k\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)").utf8))
        #expect(client.readToEnd().text.contains("succeeded"))
        await first.stop()
        try await DatabaseQueue(path: path).write { database in try database.execute(sql: change) }
        await #expect(throws: MockGatewayError.stateUnusable(path: path)) {
            _ = try await MockGateway.start(state: path)
        }
    }
}
