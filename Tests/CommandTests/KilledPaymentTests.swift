import Foundation
import Support
import Testing

/// A payment whose process is killed while the gateway is slow: what comes next finds the attempt in the ledger and
/// settles it.
///
/// The ledger is the one that is written to unless one is named, in a state folder of the test's own.
@Suite(.ownThread, .timeLimit(.minutes(5))) struct KilledPaymentTests {
    enum Victim: CaseIterable { case pay, live }

    private let folder = TemporaryFolder()
    private var ledger: String { folder("state/tonewall/test-payments.db") }
    private var environment: [String: String] {
        ["XDG_STATE_HOME": folder("state"), "TONEWALL_GATEWAY_KEY": "sk_test_killed"]
    }

    private func run(_ arguments: [String]) throws -> Command.Result {
        try Command.run(arguments, environment: environment)
    }

    private func payment(at gateway: String) throws -> [String] {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        return ["pay", call.path, "--gateway", gateway, "--format", "ndjson"] + call.arguments
    }

    /// The attempts in the ledger; none before there is one.
    private func attempts() throws -> [[String: Any]] {
        try run(["ledger", "reconcile", ledger, "--format", "ndjson"]).text.split(separator: "\n").compactMap { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }.filter { $0["row"] as? String == "attempt" }
    }

    /// What the gateway answers to a look-up.
    private func look(_ path: String, at gateway: GatewayProcess) -> String {
        let client = RawClient(gateway.url)
        client.send(
            Array(
                ("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Authorization: Bearer sk_test_killed\r\n\r\n").utf8))
        return client.readToEnd().text
    }

    /// What the gateway has of the session's payments: its list of charges holds each one's name.
    private func charges(_ gateway: GatewayProcess) -> Int {
        look("/v1/charges?limit=100", at: gateway).components(separatedBy: "\"object\":\"charge\"").count - 1
    }

    /// Starts a payment and kills it once the gateway has its request; the session's name.
    private func kill(_ victim: Victim, at gateway: GatewayProcess) throws -> String {
        let command =
            switch victim {
            case .pay: try Command(try payment(at: gateway.url), environment: environment)
            case .live: try LiveCall.start(at: gateway.url, in: folder, [], environment: environment)
            }
        // The fault is used up by the payment's request, not by a look-up; the gateway then books at once or waits.
        while !look("/admin/faults", at: gateway).contains("\"faults\":[]") {
            guard command.process.isRunning else { break }
            usleep(20_000)
        }
        command.send(SIGKILL)
        let result = command.finish()
        #expect(result.status == 128 + SIGKILL, "\(result.errors)")
        let attempt = try #require(try attempts().first)
        #expect(attempt["state"] as? String == "sending" && attempt["test"] as? Bool == true, "\(attempt)")
        return try #require(attempt["session"] as? String)
    }

    @Test(arguments: Victim.allCases, ["slow=12*1", "late-reply=60*1"])
    func `reconcile finds the attempt of a killed process and settles it`(victim: Victim, fault: String) throws {
        let gateway = try GatewayProcess(faults: fault)
        let session = try kill(victim, at: gateway)
        // Without a gateway it is listed, and nothing is written.
        #expect(try run(["ledger", "reconcile", ledger]).status == 1)
        let settled = try run(["ledger", "reconcile", ledger, "--gateway", gateway.url])
        #expect(settled.status == 0, "\(settled.errors)")
        let attempt = try #require(try attempts().first)
        #expect(attempt["session"] as? String == session)
        // Who asked before the work was done has used the key up; who asked after has found the payment.
        let isTaken = charges(gateway) == 1
        #expect(attempt["state"] as? String == (isTaken ? "approved" : "not-taken"), "\(attempt)")
        #expect(isTaken || fault.hasPrefix("slow"))
        #expect(try run(["ledger", "verify", ledger]).status == 0)
    }

    @Test(arguments: Victim.allCases)
    func `the next payment settles the attempt of a killed process`(victim: Victim) throws {
        let gateway = try GatewayProcess(faults: "late-reply=60*1")
        let session = try kill(victim, at: gateway)
        let next = try run(try payment(at: gateway.url))
        #expect(next.status == 0, "\(next.errors)")
        let attempts = try attempts()
        #expect(attempts.count == 2 && attempts.first?["session"] as? String == session)
        #expect(attempts.allSatisfy { $0["state"] as? String == "approved" }, "\(attempts)")
        #expect(charges(gateway) == 2)
        // Nobody ordered that anything be refunded.
        #expect(attempts.allSatisfy { $0["refunded_minor"] as? Int == 0 }, "\(attempts)")
        #expect(try run(["ledger", "verify", ledger]).status == 0)
    }
}
