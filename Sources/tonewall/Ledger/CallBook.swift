import Gateway
import Glibc
import Ledger
import PaymentSession
import Pipeline

/// The ledger's side of one call: what was open is settled meanwhile, attempts are written before they are sent, the end is booked.
struct CallBook: AttemptJournal {
    /// The gateway, whose refunds are written down.
    let client: any PaymentGateway
    private let ledger: Ledger
    private let address: String
    private let order: PaymentOrder
    private let settling: Task<Void, any Error>

    init(_ path: String, settings: SessionSettings, gateway: GatewayOptions.Open) throws {
        let ledger = try Ledger(path, by: .thisProcess)
        let recorded = RecordedGateway(gateway.client, at: gateway.url, in: ledger, recordsPayments: false)
        self.ledger = ledger
        address = gateway.url
        client = recorded
        order = PaymentOrder(
            sessionID: settings.sessionID, attempt: 1, amount: settings.amount, currency: settings.currency,
            reference: settings.reference)
        // A crash may have left attempts open; the gateway is asked while the call goes on.
        settling = Task { [client = gateway.client, url = gateway.url] in
            try await ledger.settleOpen(with: client, at: url)
        }
    }

    func willSend(_ attempt: Pipeline.AttemptRecord) async throws {
        try await ledger.begin(
            attempt.order, with: CardFacts(brand: attempt.brand, lastFour: attempt.lastFour, expiry: attempt.expiry),
            at: address)
    }

    func didReceive(_ answer: GatewayAnswer, for attempt: Pipeline.AttemptRecord) async {
        // An answer that cannot be written leaves the attempt open, for the next start to settle.
        try? await ledger.conclude(attempt.order.idempotencyKey, answer.outcome, token: answer.token)
    }

    /// Books at once that the session is called off while the gateway is asked: an approval is taken back then whatever becomes of this
    /// process.
    func follow(_ events: AsyncStream<CallEvent>) async {
        for await event in events {
            guard case .notice(.awaitingAnswer(let standing)) = event.kind else { continue }
            switch standing {
            case .cancelled: try? await ledger.end(order, as: "cancelled")
            case .failed: try? await ledger.end(order, as: "failed")
            case .wanted, .callerGone: break
            }
        }
    }

    /// Books the session's end, and waits for what was open.
    func close(_ view: AgentView) async throws {
        if case .ended(let end) = view.state { try await ledger.end(order, as: end.outcome) }
        try await settling.value
    }
}

extension Origin {
    /// The account that runs this process, on this machine.
    static var thisProcess: Origin {
        var name = [CChar](repeating: 0, count: 256)
        unsafe gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let account = unsafe getpwuid(getuid())
        let who = unsafe account.flatMap { unsafe String(validatingCString: $0.pointee.pw_name) } ?? "uid \(getuid())"
        return Origin(who: who, place: "\(host) process \(getpid())")
    }
}
