import CallControl
import DTMF
import Gateway
import Ledger
import PaymentSession
import Synchronization
import TextFormats

/// Many sessions with a test card, some at a time.
struct PaymentLoad {
    private let client: TimedGateway
    private let gateway: any PaymentGateway
    private let address: String
    private let ledger: Ledger?
    private let seed: String
    private let refund: Int?

    /// - Parameters:
    ///   - ledger: Where each payment is written; `nil` for nowhere.
    ///   - refund: What is given back of each approved payment, in pence; `nil` for nothing.
    init(gateway: any PaymentGateway, address: String, ledger: Ledger?, seed: String, refund: Int?) {
        client = TimedGateway(gateway)
        self.gateway = gateway
        self.address = address
        self.ledger = ledger
        self.seed = seed
        self.refund = refund
    }

    /// Asks for the refund of the payment that is filed under `reference`, unless it was done: again where an earlier
    /// one failed for certain, and in vain where nobody knows about an earlier one. The second clerk always comes too
    /// early or too late.
    private func giveBack(_ amount: Int, of reference: String, in ledger: Ledger) async {
        let attempts = (try? ledger.attempts(reference: reference)) ?? []
        guard let payment = attempts.last(where: { $0.state == .approved })?.payment else { return }
        for _ in 0..<2 {
            guard let refunds = try? ledger.refunds(of: payment), !refunds.contains(where: { $0.state == .done }) else {
                return
            }
            // The key names the refund that is missing by what was seen: one that is settled or made meanwhile has it
            // already, and is not made twice.
            let failed = refunds.count { $0.state == .failed }
            _ = try? await ledger.refund(
                payment, amount: amount, key: "\(payment)-refund-\(failed + 1)", through: gateway, at: address)
        }
    }

    /// What many sessions came to.
    struct Results: Sendable {
        var approved = 0
        var open = 0
        var notTaken = 0
        var left = 0
        /// Seconds of each payment that were not spent waiting for the gateway.
        var ownShares: [Double] = []
        var seconds = 0.0

        var words: String {
            let sorted = ownShares.sorted()
            func milliseconds(_ share: Double) -> String {
                sorted.isEmpty
                    ? "-" : fixed(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] * 1000, decimals: 1)
            }
            return "\(approved) approved, \(notTaken) not taken, \(open) open, \(left) settled before; "
                + "own share of a payment: median \(milliseconds(0.5)) ms, p99 \(milliseconds(0.99)) ms, "
                + "longest \(milliseconds(1)) ms; \(fixed(seconds, decimals: 1)) s in all"
        }
    }

    func run(count: Int, inFlight: Int) async throws -> Results {
        let clock = ContinuousClock()
        // Looked up before the clock runs: a run that goes on is no part of a payment.
        let earlier = try (0..<count).map { try ledger?.attempts(reference: reference($0)) ?? [] }
        let start = clock.now
        var results = await withTaskGroup(of: Results.self) { group in
            var results = Results()
            var begun = 0
            while begun < min(inFlight, count) {
                group.addTask { [begun] in await payOnce(begun, after: earlier[begun]) }
                begun += 1
            }
            while let one = await group.next() {
                results.add(one)
                guard begun < count else { continue }
                group.addTask { [begun] in await payOnce(begun, after: earlier[begun]) }
                begun += 1
            }
            return results
        }
        results.seconds = (clock.now - start) / .seconds(1)
        return results
    }

    private func reference(_ number: Int) -> String { "bench-\(seed)-\(number)" }

    /// The payment of this number, unless its `earlier` attempts are settled or open already, and what is given back of
    /// it.
    private func payOnce(_ number: Int, after earlier: [RecordedAttempt]) async -> Results {
        let results = await pay(number, after: earlier)
        if let refund, let ledger, results.approved + results.left > 0 {
            await giveBack(refund, of: reference(number), in: ledger)
        }
        return results
    }

    private func pay(_ number: Int, after earlier: [RecordedAttempt]) async -> Results {
        let reference = reference(number)
        var results = Results()
        if earlier.contains(where: { $0.state == .approved }) {
            results.left = 1
            return results
        }
        // What is open is for the reconciliation list: paying again could take the money twice.
        guard earlier.allSatisfy(\.state.isFinal) else {
            results.open = 1
            return results
        }
        // A name of its own: a run that was killed may have claimed one and sent nothing.
        let id = "\(reference)-\(PaymentOrder.newKeyScope())"
        guard let month = CardExpiry(month: 1, year: 2026) else { return results }
        let settings = SessionSettings(
            sessionID: id, amount: 1000 + number, currency: "GBP", reference: reference, month: month, isTest: true)
        let clock = ContinuousClock()
        let start = clock.now
        guard let session = await session(settings) else {
            results.notTaken = 1
            return results
        }
        await session.send(.command(.collect), at: .zero)
        for key in Self.keys { await session.send(.key(key), at: .zero) }
        await session.hearAnswer { .seconds(1) }
        let key = await session.idempotencyKey ?? ""
        results.ownShares = [(clock.now - start) / .seconds(1) - client.takeWaiting(of: key)]
        await session.waitUntilWritten()
        guard case .ended(let end) = await session.view.state else {
            results.notTaken = 1
            return results
        }
        switch end {
        case .approved: results.approved = 1
        case .unknown: results.open = 1
        default: results.notTaken = 1
        }
        return results
    }

    /// A session with its journal; `nil` where the ledger does not take it.
    private func session(_ settings: SessionSettings) async -> CallSession? {
        guard let ledger else { return CallSession(settings, gateway: client, journal: .none) }
        guard let journal = try? await LedgerJournal(of: settings, in: ledger, through: client, at: address) else {
            return nil
        }
        return CallSession(settings, gateway: client, journal: .kept(journal))
    }

    /// A public test card as it is keyed: number, expiry, security code.
    private static let keys = "4242424242424242*1234*123*".compactMap { Key($0) }
}

extension PaymentLoad.Results {
    fileprivate mutating func add(_ other: Self) {
        approved += other.approved
        open += other.open
        notTaken += other.notTaken
        left += other.left
        ownShares += other.ownShares
    }
}

/// A gateway that notes how long each payment waited for it.
private final class TimedGateway: GatewayWrapper {
    let gateway: any PaymentGateway
    private let waiting = Mutex<[String: Double]>([:])

    init(_ gateway: any PaymentGateway) { self.gateway = gateway }

    /// Seconds that the payment under `key` waited.
    func takeWaiting(of key: String) -> Double {
        waiting.withLock { $0.removeValue(forKey: key) ?? 0 }
    }

    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        let answer = await gateway.pay(order, with: card)
        waiting.withLock { $0[order.idempotencyKey] = answer.secondsWaiting }
        return answer
    }
}
