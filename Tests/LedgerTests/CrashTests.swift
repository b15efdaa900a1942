import CurlClient
import Foundation
import Gateway
import StripeGateway
import Glibc
import Ledger
import LedgerSQLite
import Support
import Testing

/// Payments and refunds whose process is killed at random moments, at a gateway that fails in every way.
@Suite(.ownThread) struct CrashTests {
    /// Payments; `TONEWALL_CRASH_PAYMENTS` makes it more or fewer.
    private static let count = ProcessInfo.processInfo.environment["TONEWALL_CRASH_PAYMENTS"].flatMap { Int($0) } ?? 500
    private static let key = "sk_test_crash"
    private static let seed = SeededGenerator.seedOfRun()
    private static let inFlight = 16
    /// Steps, of which each payment and each refund takes two, after which a worker is killed at the latest.
    private static let longestLife = 100
    /// What is refunded of each payment, in pence.
    private static let refund = 100
    private static let faults =
        "commit-then-drop@0.05,drop-before@0.05,mid-reply@0.04,slow=0.3@0.05,late-reply=0.3@0.05,500@0.02,"
        + "commit-then-500@0.03,409@0.04,429@0.03"

    @Test func `No payment is lost or taken twice, no refund paid twice, and every unknown is on the list`()
        async throws
    {
        let seed = Self.seed
        print("seed \(seed): TONEWALL_SEED=\(seed) chooses the same moments again")
        var random = SeededGenerator(seed: seed)
        let folder = TemporaryFolder()
        let mock = try GatewayProcess(faults: Self.faults)
        let ledger = try Ledger(folder("day.ledger"), by: Origin(who: "test", place: "test"))
        var kills = 0
        while try await Self.isKilled(
            Self.worker(mock, folder("day.ledger"), seed), at: Int.random(in: 1...Self.longestLife, using: &random),
            microseconds: UInt32.random(in: 0...2000, using: &random))
        {
            kills += 1
        }
        // No life can have begun more payments than it was let go on at steps, and those that waited at theirs.
        #expect((kills + 1) * (Self.longestLife + Self.inFlight) >= Self.count, "\(kills) kills (seed \(seed))")

        // The end of the day: the gateway is well again.
        let client = try PaymentIntentsGateway(url: mock.url, key: Self.key)
        try await Self.heal(mock)
        // What proves not to have been taken is asked for once more, in peace.
        try await ledger.settleOpen(with: client, at: mock.url)
        let last = Self.worker(mock, folder("day.ledger"), seed)
        last.standardOutput = FileHandle.nullDevice
        try last.run()
        last.waitUntilExit()
        #expect(last.terminationStatus == 0)
        let open = try await ledger.settleOpen(with: client, at: mock.url)
        let list = try ledger.reconciliation()
        #expect(list.filter { !$0.attempt.state.isFinal }.map(\.attempt.key) == open.attempts.map(\.key))
        #expect(Set(list.flatMap(\.openRefunds)) == Set(open.refunds))

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
        let refunds = try await Self.refunds(mock)
        try Self.compare(refunds, with: list, in: ledger)
        #expect(ledger.verify().findings.isEmpty)
        print(
            "\(Self.count) payments, \(kills) kills, \(taken.count) taken, \(open.attempts.count) open; "
                + "\(refunds.count) refunds, \(open.refunds.count) open")
    }

    /// Each payment was given back once at most, and what the ledger says of it is so, or nobody knows and it is on the
    /// list.
    private static func compare(
        _ refunds: [Refund], with list: [ReconciliationLine], in ledger: Ledger
    ) throws {
        let made = Dictionary(grouping: refunds, by: \.payment)
        for (payment, refunds) in made {
            #expect(refunds.count == 1, "\(payment) was given back \(refunds.count) times (seed \(seed))")
            #expect(refunds.allSatisfy { $0.amount == refund })
        }
        var known: Set<String> = []
        for line in list where line.attempt.state == .approved {
            guard let payment = line.charge?.payment else { continue }
            known.insert(payment)
            let done = try ledger.refunds(of: payment).filter { $0.state == .done }.compactMap(\.refund)
            let names = made[payment, default: []].map(\.name)
            #expect(names == done || !line.openRefunds.isEmpty, "\(payment): \(names), \(done) (seed \(seed))")
        }
        #expect(Set(made.keys).isSubset(of: known), "seed \(seed)")
        // Those that proved to be paid after their clerk had gone by were not asked for.
        #expect(made.count > list.count / 2)
    }

    private static func worker(_ mock: GatewayProcess, _ ledger: String, _ seed: UInt64) -> Process {
        let worker = Process()
        worker.executableURL = BuiltCommand.tonewall.deletingLastPathComponent().appendingPathComponent("PaymentBench")
        worker.arguments = [
            "--gateway", mock.url, "--ledger", ledger, "--count", String(count), "--in-flight",
            String(inFlight), "--refund", String(refund), "--seed", String(seed), "--steps",
        ]
        worker.environment = ["TONEWALL_GATEWAY_KEY": Self.key]
        return worker
    }

    /// Runs `worker` and kills it some microseconds after its step of number `step`; gives `false` if it came to its
    /// end before.
    ///
    /// The worker waits at each step for a line from here: however quick it is, and however late this process gets its
    /// turn, it is still at its payments when the kill comes.
    private static func isKilled(_ worker: Process, at step: Int, microseconds: UInt32) async throws -> Bool {
        let (steps, goOn) = (Pipe(), Pipe())
        worker.standardOutput = steps
        worker.standardInput = goOn
        try worker.run()
        let (reader, writer) = (steps.fileHandleForReading.fileDescriptor, goOn.fileHandleForWriting.fileDescriptor)
        let process = worker.processIdentifier
        // A thread of its own: those that tests share may be busy with other tests.
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread {
                var byte: UInt8 = 0
                var told = 0
                while told < step, unsafe read(reader, &byte, 1) == 1 {
                    guard byte == UInt8(ascii: "\n") else { continue }
                    told += 1
                    if told < step { unsafe write(writer, &byte, 1) }
                }
                if told == step {
                    usleep(microseconds)
                    Glibc.kill(process, SIGKILL)
                }
                done.resume()
            }
        }
        worker.waitUntilExit()
        return worker.terminationReason == .uncaughtSignal
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
        try await all("payment_intents", mock).filter { $0["status"] as? String == "succeeded" }.map { intent in
            let metadata = intent["metadata"] as? [String: String]
            return Payment(
                id: intent["id"] as? String ?? "", attempt: metadata?["attempt"] ?? "",
                reference: metadata?["reference"] ?? "")
        }
    }

    private struct Refund {
        var name: String
        var payment: String
        var amount: Int
    }

    /// Everything that the gateway has refunded.
    private static func refunds(_ mock: GatewayProcess) async throws -> [Refund] {
        try await all("refunds", mock).map { refund in
            Refund(
                name: refund["id"] as? String ?? "", payment: refund["payment_intent"] as? String ?? "",
                amount: refund["amount"] as? Int ?? 0)
        }
    }

    /// All that the gateway lists under `/v1/NAME`.
    private static func all(_ name: String, _ mock: GatewayProcess) async throws -> [[String: Any]] {
        var found: [[String: Any]] = []
        var cursor = ""
        while true {
            let reply = try await CurlClient.send(
                HTTPRequest(
                    .get, "\(mock.url)/v1/\(name)?limit=100" + cursor,
                    headers: [(name: "Authorization", value: "Bearer \(Self.key)")]))
            let page = try #require(try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any])
            let things = try #require(page["data"] as? [[String: Any]])
            found += things
            guard page["has_more"] as? Bool == true, let last = things.last?["id"] as? String else { return found }
            cursor = "&starting_after=\(last)"
        }
    }
}
