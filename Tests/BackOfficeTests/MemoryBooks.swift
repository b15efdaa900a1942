import Foundation
import Gateway
import Secrets
import Ledger
import PaymentSession
import Synchronization

/// A ledger in memory and the gateway that its payments went to.
struct MemoryBooks {
    static let address = "https://pay.example"
    let ledger: Ledger
    let gateway: RefundGateway

    /// - Parameter fault: The gateway's answer to refunds and look-ups; `nil` for success.
    init(_ kind: PaymentKind = .test, fault: GatewayFault? = nil) async throws {
        let end = MemoryChainHead()
        let process = ProcessIdentity(id: 1, start: 1)
        ledger = Ledger(
            in: MemoryLedgerStore(named: "day.ledger", headStore: end), key: AuditKey(HMAC(), headStore: end),
            by: Origin(who: "clerk", place: "desk"), processes: ProcessTable(own: process) { _ in false },
            clock: { Date(timeIntervalSince1970: 1_795_960_800) })
        gateway = RefundGateway(fault: fault)
        try await ledger.adopt(kind)
    }

    func account(_ kind: PaymentKind = .test, at address: String = address) -> GatewayAccount {
        GatewayAccount(gateway, at: address, of: kind)
    }

    /// A session with one attempt; `nil` leaves it without an answer.
    func attempt(
        _ session: String, _ amount: Int = 4200, _ currency: String = "GBP", reference: String? = nil,
        outcome: PaymentOutcome?, at address: String = address
    ) async throws {
        let order = PaymentOrder(
            sessionID: session, attempt: 1, amount: amount, currency: currency, reference: reference)
        let facts = CardFacts(brand: .visa, lastFour: "4242", expiry: CardExpiry(month: 12, year: 2034)!)
        try await ledger.begin(order, with: facts, at: address)
        guard let outcome else { return }
        try await ledger.conclude(order.idempotencyKey, outcome)
        let isApproved = if case .approved = outcome { true } else { false }
        try await ledger.end(order, as: isApproved ? .approved : .declined)
    }

    /// An approved payment, `pi_SESSION`.
    func payment(_ session: String, _ amount: Int = 4200, _ currency: String = "GBP", reference: String? = nil)
        async throws
    {
        let approval = Approval(paymentID: "pi_" + session)
        try await attempt(session, amount, currency, reference: reference, outcome: .approved(approval))
    }

    static let declined = PaymentOutcome.declined(Decline(code: GatewayCode("card_declined")!))
}

/// A gateway that makes the requested refunds, or has a fault.
final class RefundGateway: PaymentGateway {
    private let fault: GatewayFault?
    private let requests = Mutex<[String]>([])

    init(fault: GatewayFault?) { self.fault = fault }

    /// What it was asked to give back, in order.
    var log: [String] { requests.withLock { $0 } }

    private func answer(_ request: String) throws(GatewayFault) {
        requests.withLock { $0.append(request) }
        if let fault { throw fault }
    }

    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        GatewayAnswer(outcome: .unreachable)
    }

    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        GatewayAnswer(outcome: .unknown(paymentID: nil), fault: fault ?? .stillWorking)
    }

    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        try answer("cancel \(paymentID)")
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        try answer("refund \(paymentID) \(amount?.decimal ?? "all")")
        return "re_1"
    }

    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome { .done(refundID: nil) }
    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        .done(refundID: "re_1")
    }
    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome { .done(refundID: "re_1") }
}
