import GatewayHTTP
import CurlClient
import Foundation
import Gateway
import StripeGateway
import Ledger
import MockGateway
import PaymentSession
import Support
import Testing

/// Refunds and voids at a gateway that fails in every way: money goes back once or not at all, and what nobody knows is
/// on the list.
struct RefundFaultTests {
    private static let seed = SeededGenerator.seedOfRun()
    private static let kinds = [
        "commit-then-500", "500", "commit-then-drop", "drop-before", "mid-reply", "slow=0.3", "late-reply=0.3", "409",
        "429",
    ]

    @Test(arguments: [
        "commit-then-500", "commit-then-drop", "commit-then-drop*1", "mid-reply", "late-reply=4", "drop-before*2",
        "slow=4*1", "409*2", "429*1",
    ])
    func `A refund whose answer is lost is found at the gateway, and asked for once`(fault: String) async throws {
        let desk = try await Desk()
        let payment = try await desk.pay("s")
        try await desk.inject(fault)
        let refund = try await desk.ledger.refund(payment, amount: 100, through: desk.patient, at: desk.mock.url)
        #expect(refund.state == .done)
        let made = try await desk.refunds(of: payment)
        #expect(made.map(\.name) == [refund.refund])
        #expect(made.map(\.key) == [refund.key])
        #expect(made.map(\.amount) == [100])
        await desk.mock.stop()
    }

    @Test func `A refund of unknown outcome stays on the list and is not requested again`() async throws {
        for fault in ["commit-then-500:any", "500"] {
            let desk = try await Desk()
            let payment = try await desk.pay("s")
            try await desk.inject(fault)
            for _ in 0..<2 {
                await #expect(throws: ReversalError.self) {
                    try await desk.ledger.refund(payment, amount: 100, through: desk.client, at: desk.mock.url)
                }
                #expect(try desk.ledger.reconciliation().flatMap(\.openRefunds).map(\.key) == [payment + "-refund-1"])
            }
            try await desk.inject("")
            let open = try await desk.ledger.settleOpen(with: desk.patient, at: desk.mock.url)
            let made = try await desk.refunds(of: payment)
            // What was booked is found; a key that the gateway failed under stays open.
            #expect(made.count == (fault == "500" ? 0 : 1))
            #expect(open.refunds.count == (fault == "500" ? 1 : 0))
            await desk.mock.stop()
        }
    }

    @Test func `A refund that the bank sends back is reported once, and its amount can be refunded again`() async throws
    {
        let desk = try await Desk()
        let payment = try await desk.book("s", "4000000000005126", capture: "automatic")
        let refund = try await desk.ledger.refund(payment, amount: 100, through: desk.patient, at: desk.mock.url)
        #expect(try desk.ledger.charge(payment).refunded == 100)
        for _ in 0..<1200 where try await desk.status(of: refund) != "failed" {
            try await Task.sleep(for: .milliseconds(50))
        }
        let stranger = try PaymentIntentsGateway(url: desk.mock.url, key: "pk_wrong")
        #expect(try await desk.ledger.refundsSentBack(with: stranger, at: desk.mock.url).isEmpty)
        #expect(try await desk.ledger.refundsSentBack(with: desk.patient, at: desk.mock.url).map(\.key) == [refund.key])
        #expect(try await desk.ledger.refundsSentBack(with: desk.patient, at: desk.mock.url).isEmpty)
        #expect(try desk.ledger.charge(payment).refunded == 0 && desk.ledger.charge(payment).state == .taken)
        #expect(desk.ledger.verify().findings.isEmpty)
        await desk.mock.stop()
    }

    @Test func `A wrong key settles nothing`() async throws {
        let desk = try await Desk()
        let payment = try await desk.pay("s")
        try await desk.inject("commit-then-500:any")
        _ = try? await desk.ledger.refund(payment, amount: 100, through: desk.client, at: desk.mock.url)
        try await desk.inject("")
        let stranger = try PaymentIntentsGateway(url: desk.mock.url, key: "pk_wrong")
        #expect(try await desk.ledger.settleOpen(with: stranger, at: desk.mock.url).refunds.count == 1)
        #expect(try await desk.ledger.settleOpen(with: desk.patient, at: desk.mock.url).isEmpty)
        await desk.mock.stop()
    }

    @Test(arguments: ["commit-then-500", "commit-then-drop", "drop-before*2", "commit-then-500:any"])
    func `A payment that was not captured is voided once, under every answer`(fault: String) async throws {
        let desk = try await Desk()
        let payment = try await desk.authorize("s")
        try await desk.inject(fault)
        let refund = try? await desk.ledger.void(payment, through: desk.client, at: desk.mock.url)
        try await desk.inject("")
        if refund == nil {
            #expect(try desk.ledger.reconciliation().flatMap(\.openRefunds).map(\.isVoid) == [true])
            #expect(try await desk.ledger.settleOpen(with: desk.patient, at: desk.mock.url).isEmpty)
        }
        #expect(try desk.ledger.charge(payment).state == .voided)
        #expect(try await desk.refunds(of: payment).isEmpty)
        await desk.mock.stop()
    }

    @Test func `Under random requests and faults, the ledger's refunds are exactly the gateway's`()
        async throws
    {
        print("seed \(Self.seed): TONEWALL_SEED=\(Self.seed) asks for the same again")
        var random = SeededGenerator(seed: Self.seed)
        let desk = try await Desk()
        var payments: [String] = []
        for number in 0..<6 { payments.append(try await desk.pay("s\(number)", amount: 1000)) }
        for step in 0..<120 {
            let kind = Self.kinds.randomElement(using: &random) ?? "500"
            let count = Int.random(in: 1...6, using: &random)
            let scope = Int.random(in: 0..<3, using: &random) == 0 ? ":any" : ""
            try await desk.inject(Bool.random(using: &random) ? "\(kind)*\(count)\(scope)" : "")
            let payment = payments.randomElement(using: &random) ?? ""
            let amount = Int.random(in: 1...400, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                _ = try? await desk.ledger.refund(payment, amount: amount, through: desk.client, at: desk.mock.url)
            case 6: _ = try? await desk.ledger.void(payment, through: desk.client, at: desk.mock.url)
            case 7...8: _ = try await desk.ledger.settleOpen(with: desk.client, at: desk.mock.url)
            default: try await settleOneByHand(desk)
            }
            if step % 20 == 19 { try await compare(desk, payments) }
        }
        try await desk.inject("")
        _ = try await desk.ledger.settleOpen(with: desk.patient, at: desk.mock.url)
        try await compare(desk, payments)
        #expect(desk.ledger.verify().findings.isEmpty, "seed \(Self.seed)")
        await desk.mock.stop()
    }

    /// Somebody looks an open refund up at the gateway, which is the truth, and says so.
    private func settleOneByHand(_ desk: Desk) async throws {
        guard let open = try desk.ledger.openRefunds().first else { return }
        try await desk.inject("")
        let made = try await desk.refunds(of: open.payment).contains { $0.key == open.key }
        try await desk.ledger.settleManually(
            open.key, as: ManualSettlement(made ? .refunded : .notRefunded, reason: "looked up", by: "Ann"))
    }

    private func compare(_ desk: Desk, _ payments: [String]) async throws {
        try await desk.inject("")
        for payment in payments {
            let made = try await desk.refunds(of: payment)
            let rows = try desk.ledger.refunds(of: payment)
            let byKey = Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0) })
            #expect(Set(made.map(\.key)).count == made.count, "twice under one key (seed \(Self.seed))")
            for refund in made {
                let row = byKey[refund.key]
                #expect(row?.amount == refund.amount, "\(refund) (seed \(Self.seed))")
                #expect(row?.state == .done || row?.state == .unknown, "\(refund) is lost (seed \(Self.seed))")
            }
            let keys = Set(made.map(\.key))
            for row in rows where row.state == .done {
                #expect(keys.contains(row.key), "\(row.key) never went back (seed \(Self.seed))")
            }
            let charge = try desk.ledger.charge(payment)
            #expect(made.reduce(0) { $0 + $1.amount } <= charge.refunded, "seed \(Self.seed)")
            #expect(charge.refunded <= charge.amount)
            let listed = try desk.ledger.reconciliation().first { $0.charge?.payment == payment }?.openRefunds ?? []
            #expect(Set(listed.map(\.key)) == Set(rows.filter { !$0.state.isFinal }.map(\.key)))
            #expect(listed.count <= 1, "two refunds of one payment are open (seed \(Self.seed))")
        }
    }
}

/// A ledger, a gateway and a clerk's client of it.
private struct Desk {
    struct Refund {
        var name: String
        var key: String
        var amount: Int
    }

    let mock: MockGateway
    /// Asks where a fault lasts, and gives up soon.
    let client: PaymentIntentsGateway
    /// Asks where a fault passes, however busy the machine is.
    let patient: PaymentIntentsGateway
    private let probe: LedgerProbe
    var ledger: Ledger { probe.ledger }

    init() async throws {
        probe = try LedgerProbe()
        mock = try await MockGateway.start()
        var options = PaymentIntentsGateway.Options()
        options.exchange.requestTimeout = 0.4
        options.exchange.settlementDeadline = 1
        options.exchange.backoff = 0.02
        client = try PaymentIntentsGateway(url: mock.url, key: MockGateway.testKey, options: options)
        options.exchange.requestTimeout = 2.5
        options.exchange.settlementDeadline = 60
        patient = try PaymentIntentsGateway(url: mock.url, key: MockGateway.testKey, options: options)
    }

    /// The gateway's name for a payment that it took.
    func pay(_ session: String, amount: Int = 4200) async throws -> String {
        let state = try await LedgerProbe.pay(session, amount: amount, through: patient, at: mock.url, in: ledger).state
        guard case .ended(.approved(let approval)) = state else { throw Unexpected() }
        return approval.paymentID
    }

    /// The gateway's name for a payment whose money has not moved.
    func authorize(_ session: String) async throws -> String {
        try await book(session, "4242424242424242", capture: "manual")
    }

    /// The gateway's name for an approved payment with this test card.
    func book(_ session: String, _ number: String, capture: String) async throws -> String {
        let order = LedgerProbe.order(session)
        try await ledger.begin(order, with: LedgerProbe.facts, at: mock.url)
        let intent = try await send(
            .post, "/v1/payment_intents",
            "amount=4200&currency=gbp&confirm=true&capture_method=\(capture)&payment_method_data[type]=card"
                + "&payment_method_data[card][number]=\(number)&payment_method_data[card][exp_month]=12"
                + "&payment_method_data[card][exp_year]=2034")
        guard ["requires_capture", "succeeded"].contains(intent["status"] as? String),
            let name = intent["id"] as? String
        else { throw Unexpected() }
        try await ledger.conclude(order.idempotencyKey, .approved(Approval(paymentID: name)))
        return name
    }

    func inject(_ faults: String) async throws {
        _ =
            try await faults.isEmpty
            ? send(.delete, "/admin/faults", nil) : send(.post, "/admin/faults", "faults=\(faults)")
    }

    /// What the gateway gave back of a payment.
    func refunds(of payment: String) async throws -> [Refund] {
        let page = try await send(.get, "/v1/refunds?limit=100&payment_intent=\(payment)", nil)
        return (page["data"] as? [[String: Any]] ?? []).map { refund in
            let metadata = refund["metadata"] as? [String: String]
            return Refund(
                name: refund["id"] as? String ?? "", key: metadata?["refund"] ?? "",
                amount: refund["amount"] as? Int ?? 0)
        }
    }

    /// Where the gateway says that a refund stands.
    func status(of refund: RefundRecord) async throws -> String? {
        try await send(.get, "/v1/refunds/\(refund.refund ?? "")", nil)["status"] as? String
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ form: String?) async throws -> [String: Any] {
        let body = form.map { HTTPBody.plain(Array($0.utf8)) }
        let reply = try await CurlClient.send(
            HTTPRequest(
                method, mock.url + path, headers: [(name: "Authorization", value: "Bearer \(MockGateway.testKey)")],
                body: body, timeout: 60))
        return try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any] ?? [:]
    }

    private struct Unexpected: Error {}
}
