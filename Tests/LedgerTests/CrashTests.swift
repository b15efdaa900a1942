import CurlClient
import Foundation
import GRDB
import Gateway
import Glibc
import Ledger
import Support
import Testing

/// Payments whose process is killed at random moments, at a gateway that fails in every way.
struct CrashTests {
    /// Payments; `TONEWALL_CRASH_PAYMENTS` makes it more or fewer.
    private static let count = ProcessInfo.processInfo.environment["TONEWALL_CRASH_PAYMENTS"].flatMap { Int($0) } ?? 500
    private static let key = "sk_test_crash"
    private static let faults =
        "commit-then-drop@0.05,drop-before@0.05,mid-reply@0.04,slow=0.3@0.05,late-reply=0.3@0.05,500@0.02,"
        + "commit-then-500@0.03,409@0.04,429@0.03"

    @Test func `No payment is lost or taken twice, and every unknown is on the list`() async throws {
        let seed = UInt64.random(in: 0...999_999)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let folder = TemporaryFolder()
        let mock = try GatewayProcess(faults: Self.faults)
        let ledger = try Ledger(folder("day.ledger"), by: Origin(who: "test", place: "test"))
        let watch = try DatabasePool(path: folder("day.ledger"))
        let attempts = { try watch.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM attempt") ?? 0 } }
        var kills = 0
        while true {
            let worker = Self.worker(mock, folder("day.ledger"), seed)
            try worker.run()
            let enough = try attempts() + Int.random(in: 5...60, using: &random)
            guard try await Self.kill(worker, once: { try attempts() >= enough }) else { break }
            kills += 1
        }
        #expect(kills > 0)

        // The end of the day: the gateway is well again.
        let client = try PaymentIntentsGateway(url: mock.url, key: Self.key)
        try await Self.heal(mock)
        // What was not taken is asked for once more, in peace.
        let last = Self.worker(mock, folder("day.ledger"), seed)
        try last.run()
        last.waitUntilExit()
        #expect(last.terminationStatus == 0)
        let open = try await ledger.settleOpen(with: client, at: mock.url)
        let list = try ledger.reconciliation()
        #expect(list.filter(\.isOpen).map(\.attempt.key) == open.map(\.key))

        let taken = try await Self.succeededPayments(mock)
        #expect(
            Dictionary(grouping: taken, by: \.reference).values.allSatisfy { $0.count == 1 },
            "taken twice (seed \(seed))")
        let lines = Dictionary(uniqueKeysWithValues: list.map { ($0.attempt.key, $0) })
        for payment in taken {
            let line = lines[payment.attempt]
            let isKnown = line?.attempt.state == .approved && line?.charge?.payment == payment.id
            #expect(isKnown || line?.isOpen == true, "lost \(payment.attempt) (seed \(seed))")
        }
        let keys = Set(taken.map(\.attempt))
        for line in list where line.attempt.state == .approved {
            #expect(keys.contains(line.attempt.key), "never taken: \(line.attempt.key) (seed \(seed))")
        }
        let settled = Set(list.filter { $0.attempt.state == .approved || $0.isOpen }.compactMap(\.attempt.reference))
        #expect(settled.count == Self.count)
        #expect(ledger.verify().findings.isEmpty)
        print("\(Self.count) payments, \(kills) kills, \(taken.count) taken, \(open.count) open")
    }

    private static func worker(_ mock: GatewayProcess, _ ledger: String, _ seed: UInt64) -> Process {
        let worker = Process()
        worker.executableURL = BuiltCommand.tonewall
        worker.arguments = [
            "ledger", "rehearse", "--gateway", mock.url, "--ledger", ledger, "--count", String(count), "--in-flight",
            "16",
            "--seed", String(seed),
        ]
        worker.environment = ["TONEWALL_GATEWAY_KEY": Self.key]
        worker.standardOutput = FileHandle.nullDevice
        return worker
    }

    /// Kills the worker at a random moment soon after `isTime`; gives `false` where it came to its end before.
    private static func kill(_ worker: Process, once isTime: () throws -> Bool) async throws -> Bool {
        while worker.isRunning, try !isTime() { try await Task.sleep(for: .milliseconds(20)) }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...40)))
        let isKilled = worker.isRunning
        if isKilled { Glibc.kill(worker.processIdentifier, SIGKILL) }
        worker.waitUntilExit()
        return isKilled
    }

    private static func heal(_ mock: GatewayProcess) async throws {
        _ = try await CurlClient.send(HTTPRequest(.delete, mock.url + "/admin/faults"))
    }

    private struct Payment {
        var id: String
        var attempt: String
        var reference: String
    }

    /// Every payment whose money the gateway has taken.
    private static func succeededPayments(_ mock: GatewayProcess) async throws -> [Payment] {
        var found: [Payment] = []
        var cursor = ""
        while true {
            let reply = try await CurlClient.send(
                HTTPRequest(
                    .get, "\(mock.url)/v1/payment_intents?limit=100" + cursor,
                    headers: [(name: "Authorization", value: "Bearer \(Self.key)")]))
            let page = try #require(try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any])
            let intents = try #require(page["data"] as? [[String: Any]])
            for intent in intents where intent["status"] as? String == "succeeded" {
                let metadata = intent["metadata"] as? [String: String]
                found.append(
                    Payment(
                        id: intent["id"] as? String ?? "", attempt: metadata?["attempt"] ?? "",
                        reference: metadata?["reference"] ?? ""))
            }
            guard page["has_more"] as? Bool == true, let last = intents.last?["id"] as? String else { return found }
            cursor = "&starting_after=\(last)"
        }
    }
}
