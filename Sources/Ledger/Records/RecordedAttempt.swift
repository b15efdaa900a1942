internal import GRDB
public import PaymentSession

/// One try of a session to have a card paid; written before it is sent.
public struct RecordedAttempt: Sendable, Hashable {
    /// What is known of it.
    public enum State: String, Sendable, CaseIterable {
        /// Sent, or about to be; no outcome is known.
        case sending
        case approved
        case declined
        /// The gateway refused the request itself.
        case rejected
        /// It is certain that nothing was taken.
        case notTaken = "not-taken"
        /// Nobody can say whether money was taken: on the reconciliation list.
        case unknown

        /// Whether nothing will change any more.
        public var isFinal: Bool { self != .sending && self != .unknown }
    }

    /// The idempotency key, session and attempt.
    public var key: String
    public var session: String
    public var number: Int
    /// In the currency's minor unit.
    public var amount: Int
    public var currency: String
    public var reference: String?
    public var brand: String
    public var lastFour: String
    /// `MM/YY`
    public var expiry: String
    public var state: State
    /// The gateway it was sent to: its address.
    public var gateway: String
    /// The gateway's name for the payment.
    public var payment: String?
    public var code: String?
    public var declineCode: String?
    public var securityCodeCheck: String?
    public var houseNumberCheck: String?
    public var postcodeCheck: String?
    /// Milliseconds since 1970.
    public var sent: Int
    /// Milliseconds since 1970.
    public var answered: Int?
    /// The process that sent it, so that another does not settle what is still under way.
    public var process: Int
    /// Clock ticks between the machine's start and the process's.
    public var processStart: Int
    /// What stands for the card at the gateway: the name of a saved payment method.
    public var token: String?
    /// 1 where no money moves; `nil` where it does, or where nobody wrote down whether it does.
    public var test: Int?

    /// Whether no process waits for its outcome any more.
    var isOrphaned: Bool { state == .unknown || state == .sending && !isOfLivingProcess }

    /// Whether the process that sent it still runs.
    var isOfLivingProcess: Bool { ProcessIdentity(id: process, start: processStart).isAlive }

    /// The order, as it was sent.
    public var order: PaymentOrder {
        var order = PaymentOrder(
            sessionID: session, attempt: number, amount: amount, currency: currency, reference: reference)
        // What stands before the name is the ledger's own part; keys of before have none.
        if key.hasSuffix("-" + order.name) { order.keyScope = String(key.dropLast(order.name.count + 1)) }
        return order
    }

    /// Takes over what came of it.
    mutating func conclude(_ outcome: PaymentOutcome, at time: Int) {
        answered = time
        switch outcome {
        case .approved(let approval):
            state = .approved
            payment = approval.paymentID
            securityCodeCheck = approval.securityCodeCheck.rawValue
            houseNumberCheck = approval.houseNumberCheck.rawValue
            postcodeCheck = approval.postcodeCheck.rawValue
        case .declined(let decline):
            state = .declined
            payment = decline.paymentID ?? payment
            code = decline.code.description
            declineCode = decline.declineCode?.description
        case .rejected(_, let refusal):
            state = .rejected
            code = refusal?.description
        case .unreachable: state = .notTaken
        case .unknown(let paymentID):
            state = .unknown
            payment = paymentID ?? payment
        }
    }
}

extension RecordedAttempt {
    /// The attempt under `key`, or the one that people call `name`: its session's name, `-` and its number.
    static func find(_ key: String, orNamed name: String, in database: Database) throws -> Self? {
        if let found = try find(key, in: database) { return found }
        return try rows(
            database, "SELECT \(shape.list) FROM attempt WHERE session || '-' || number = ?", [name]
        ).first
    }
}

extension RecordedAttempt: LedgerRow {
    static let shape = RowShape(
        "attempt",
        [
            "key", "session", "number", "amount", "currency", "reference", "brand", "lastFour", "expiry", "state",
            "gateway", "payment", "code", "declineCode", "securityCodeCheck", "houseNumberCheck", "postcodeCheck",
            "sent", "answered", "process", "processStart", "token", "test",
        ],
        changing: [
            "state", "payment", "code", "declineCode", "securityCodeCheck", "houseNumberCheck", "postcodeCheck",
            "answered", "token",
        ])

    init(_ row: Row) throws {
        key = try row.decode(atIndex: 0)
        session = try row.decode(atIndex: 1)
        number = try row.decode(atIndex: 2)
        amount = try row.decode(atIndex: 3)
        currency = try row.decode(atIndex: 4)
        reference = try row.decode(atIndex: 5)
        brand = try row.decode(atIndex: 6)
        lastFour = try row.decode(atIndex: 7)
        expiry = try row.decode(atIndex: 8)
        state = try row.word(atIndex: 9)
        gateway = try row.decode(atIndex: 10)
        payment = try row.decode(atIndex: 11)
        code = try row.decode(atIndex: 12)
        declineCode = try row.decode(atIndex: 13)
        securityCodeCheck = try row.decode(atIndex: 14)
        houseNumberCheck = try row.decode(atIndex: 15)
        postcodeCheck = try row.decode(atIndex: 16)
        sent = try row.decode(atIndex: 17)
        answered = try row.decode(atIndex: 18)
        process = try row.decode(atIndex: 19)
        processStart = try row.decode(atIndex: 20)
        token = try row.decode(atIndex: 21)
        test = try row.decode(atIndex: 22)
    }

    var fields: [Field] {
        [
            .text(key), .text(session), .number(number), .number(amount), .text(currency), .text(reference),
            .text(brand), .text(lastFour), .text(expiry), .text(state.rawValue), .text(gateway), .text(payment),
            .text(code), .text(declineCode), .text(securityCodeCheck), .text(houseNumberCheck), .text(postcodeCheck),
            .number(sent), .number(answered), .number(process), .number(processStart), .text(token),
            .number(test),
        ]
    }
}
