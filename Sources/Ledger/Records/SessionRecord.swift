internal import GRDB
public import PaymentSession

/// One payment session: an amount that a caller is asked to pay.
public struct SessionRecord: Sendable, Hashable {
    /// How a session stands.
    public enum State: String, Sendable, CaseIterable {
        case open
        case approved
        case declined
        case cancelled
        /// Approved after it was cancelled, and taken back.
        case voided
        /// Approved after it was cancelled, and not taken back yet.
        case voidFailed = "void-failed"
        case timedOut = "timed-out"
        case tooManyAttempts = "too-many-attempts"
        case hungUp = "hung-up"
        case lineLost = "line-lost"
        case unreachable
        case rejected
        /// Nobody can say yet whether money was taken.
        case unknown
        /// A part failed without which nothing may be heard.
        case failed
        /// It is certain that nothing was taken, as somebody found out later.
        case notTaken = "not-taken"
        /// Its process ended before it did, and nothing was taken.
        case interrupted

        /// Whether nothing will change any more.
        public var isFinished: Bool { self != .open && self != .unknown && self != .voidFailed }
    }

    public var id: String
    /// In the currency's minor unit.
    public var amount: Int
    public var currency: String
    public var reference: String?
    public var state: State
    /// Milliseconds since 1970.
    public var opened: Int
    /// Milliseconds since 1970.
    public var closed: Int?
    /// Who cancelled it while the gateway was asked; `nil` where nobody did.
    public var cancelled: Party?
    /// The process that has it; `nil` in ledgers of before this was written down.
    public var process: Int?
    /// Clock ticks between the machine's start and the process's.
    public var processStart: Int?
    /// 1 where no money moves; `nil` where it does, or where nobody wrote down whether it does.
    public var test: Int?
}

extension SessionRecord.State {
    /// The state that a session has once it ended.
    public init(_ end: SessionEnd) {
        guard let state = Self(rawValue: OutcomeWord(end).disclosed) else {
            preconditionFailure("every outcome is a state")
        }
        self = state
    }
}

/// Money that was taken.
public struct ChargeRecord: Sendable, Hashable {
    /// Where the money is.
    public enum State: String, Sendable { case taken, voided, refunded, partlyRefunded = "partly-refunded" }

    /// The gateway's name for the payment.
    public var payment: String
    /// The attempt that took it.
    public var attempt: String
    /// In the currency's minor unit.
    public var amount: Int
    public var currency: String
    public var state: State
    /// Given back so far, refunds under way included.
    public var refunded: Int
    /// Milliseconds since 1970.
    public var taken: Int
}

/// Money given back; written before it is asked for.
public struct RefundRecord: Sendable, Hashable {
    /// What is known of it.
    public enum State: String, Sendable, CaseIterable {
        /// Asked for, or about to be; no outcome is known.
        case sending
        case done
        /// It is certain that no money went back.
        case failed
        /// Nobody can say whether money went back: on the reconciliation list.
        case unknown

        /// Whether nothing will change any more.
        public var isFinal: Bool { self == .done || self == .failed }
    }

    /// The idempotency key.
    public var key: String
    public var payment: String
    /// In the currency's minor unit.
    public var amount: Int
    /// Whether the payment was to be called off, rather than its money sent back.
    public var isVoid: Bool
    public var state: State
    /// The gateway's name for it.
    public var refund: String?
    /// Milliseconds since 1970.
    public var asked: Int
    /// Milliseconds since 1970.
    public var answered: Int?
    /// The gateway that was asked: its address.
    public var gateway: String?
    /// The process that asked, so that another does not settle what is still under way.
    public var process: Int?
    /// Clock ticks between the machine's start and the process's.
    public var processStart: Int?

    /// Whether the process that asked still waits for the answer.
    public var isUnderWay: Bool {
        guard state == .sending, let process, let processStart else { return false }
        return ProcessIdentity(id: process, start: processStart).isAlive
    }
}

/// A receipt that was sent to a payer.
public struct ReceiptRecord: Sendable, Hashable {
    /// Unique.
    public var id: String
    public var payment: String
    /// An e-mail address.
    public var address: String
    /// Milliseconds since 1970.
    public var sent: Int
}

extension SessionRecord: LedgerRow {
    static let shape = RowShape(
        "session",
        [
            "id", "amount", "currency", "reference", "state", "opened", "closed", "cancelled", "process",
            "processStart", "test",
        ], changing: ["reference", "state", "closed", "cancelled"])

    init(_ row: Row) throws {
        id = try row.decode(atIndex: 0)
        amount = try row.decode(atIndex: 1)
        currency = try row.decode(atIndex: 2)
        reference = try row.decode(atIndex: 3)
        state = try row.word(atIndex: 4)
        opened = try row.decode(atIndex: 5)
        closed = try row.decode(atIndex: 6)
        cancelled = try row.wordOrNone(atIndex: 7)
        process = try row.decode(atIndex: 8)
        processStart = try row.decode(atIndex: 9)
        test = try row.decode(atIndex: 10)
    }

    var fields: [Field] {
        [
            .text(id), .number(amount), .text(currency), .text(reference), .text(state.rawValue), .number(opened),
            .number(closed), .text(cancelled?.rawValue), .number(process), .number(processStart), .number(test),
        ]
    }
}

extension ChargeRecord: LedgerRow {
    static let shape = RowShape(
        "charge", ["payment", "attempt", "amount", "currency", "state", "refunded", "taken"],
        changing: ["state", "refunded"])

    init(_ row: Row) throws {
        payment = try row.decode(atIndex: 0)
        attempt = try row.decode(atIndex: 1)
        amount = try row.decode(atIndex: 2)
        currency = try row.decode(atIndex: 3)
        state = try row.word(atIndex: 4)
        refunded = try row.decode(atIndex: 5)
        taken = try row.decode(atIndex: 6)
    }

    var fields: [Field] {
        [
            .text(payment), .text(attempt), .number(amount), .text(currency), .text(state.rawValue),
            .number(refunded), .number(taken),
        ]
    }
}

extension ChargeRecord {
    /// The money that `attempt` took.
    static func made(by attempt: RecordedAttempt, in database: Database) throws -> Self? {
        try rows(database, "SELECT \(shape.list) FROM charge WHERE attempt = ?", [attempt.key]).first
    }
}

extension RefundRecord: LedgerRow {
    static let shape = RowShape(
        "refund",
        [
            "key", "payment", "amount", "isVoid", "state", "refund", "asked", "answered", "gateway", "process",
            "processStart",
        ], changing: ["state", "refund", "answered"])

    init(_ row: Row) throws {
        key = try row.decode(atIndex: 0)
        payment = try row.decode(atIndex: 1)
        amount = try row.decode(atIndex: 2)
        isVoid = try row.decode(atIndex: 3)
        state = try row.word(atIndex: 4)
        refund = try row.decode(atIndex: 5)
        asked = try row.decode(atIndex: 6)
        answered = try row.decode(atIndex: 7)
        gateway = try row.decode(atIndex: 8)
        process = try row.decode(atIndex: 9)
        processStart = try row.decode(atIndex: 10)
    }

    var fields: [Field] {
        [
            .text(key), .text(payment), .number(amount), .truth(isVoid), .text(state.rawValue), .text(refund),
            .number(asked), .number(answered), .text(gateway), .number(process), .number(processStart),
        ]
    }
}

extension ReceiptRecord: LedgerRow {
    static let shape = RowShape("receipt", ["id", "payment", "address", "sent"], changing: [])

    init(_ row: Row) throws {
        id = try row.decode(atIndex: 0)
        payment = try row.decode(atIndex: 1)
        address = try row.decode(atIndex: 2)
        sent = try row.decode(atIndex: 3)
    }

    var fields: [Field] { [.text(id), .text(payment), .text(address), .number(sent)] }
}
