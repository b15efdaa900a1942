package import PaymentSession

/// One payment session: an amount that a caller is asked to pay.
package struct SessionRecord: Sendable, Hashable {
    /// The state of a session.
    package enum State: String, Sendable, CaseIterable {
        case open
        case approved
        case declined
        case cancelled
        /// Approved after it was cancelled, and voided.
        case voided
        /// Approved after it was cancelled. A void has not succeeded yet.
        case voidFailed = "void-failed"
        case timedOut = "timed-out"
        case tooManyAttempts = "too-many-attempts"
        case hungUp = "hung-up"
        case lineLost = "line-lost"
        case unreachable
        case rejected
        /// It is unknown whether money was taken.
        case unknown
        /// A component that captures digits failed.
        case failed
        /// It was found later that certainly no money was taken.
        case notTaken = "not-taken"
        /// Its process ended before the session did. No money was taken.
        case interrupted

        /// Whether the state cannot change any more.
        package var isFinished: Bool { self != .open && self != .unknown && self != .voidFailed }
    }

    package var id: String
    /// In the currency's minor unit.
    package var amount: Int
    package var currency: String
    package var reference: String?
    package var state: State
    /// Milliseconds since 1970.
    package var opened: Int
    /// Milliseconds since 1970.
    package var closed: Int?
    /// Who cancelled it during a request to the gateway; `nil` if it was not cancelled.
    package var cancelled: Party?
    /// The process of the session; `nil` in ledgers that did not record it.
    package var process: Int?
    /// Clock ticks from the start of the machine to the start of the process.
    package var processStart: Int?
    /// 1 for a test session; `nil` for a real one, and in ledgers that did not record it.
    package var test: Int?
    /// The payee; `nil` if it was not recorded.
    package var merchant: String?
}

extension SessionRecord.State {
    /// The state of an ended session.
    package init(_ end: SessionEnd) {
        guard let state = Self(rawValue: OutcomeWord(end).disclosed) else {
            preconditionFailure("every outcome is a state")
        }
        self = state
    }
}

/// Money that was taken.
package struct ChargeRecord: Sendable, Hashable {
    /// The present place of the money.
    package enum State: String, Sendable { case taken, voided, refunded, partlyRefunded = "partly-refunded" }

    /// The gateway's ID of the payment.
    package var payment: String
    /// The attempt that took it.
    package var attempt: String
    /// In the currency's minor unit.
    package var amount: Int
    package var currency: String
    package var state: State
    /// Amount returned so far, with refunds in progress.
    package var refunded: Int
    /// Milliseconds since 1970.
    package var taken: Int
}

/// A refund. It is recorded before it is requested.
package struct RefundRecord: Sendable, Hashable {
    /// The state of a refund.
    package enum State: String, Sendable, CaseIterable {
        /// The refund is requested or about to be requested. The outcome is unknown.
        case sending
        case done
        /// Certainly no money was returned.
        case failed
        /// It is unknown whether money was returned, so the refund needs reconciliation.
        case unknown

        /// Whether the state cannot change any more.
        package var isFinal: Bool { self == .done || self == .failed }
    }

    /// The idempotency key.
    package var key: String
    package var payment: String
    /// In the currency's minor unit.
    package var amount: Int
    /// Whether the payment was to be voided, rather than its money returned.
    package var isVoid: Bool
    package var state: State
    /// The gateway's ID of the refund.
    package var refund: String?
    /// Milliseconds since 1970.
    package var requested: Int
    /// Milliseconds since 1970.
    package var answered: Int?
    /// The address of the gateway that was asked.
    package var gateway: String?
    /// The process that requested it. Other processes do not settle it while this one runs.
    package var process: Int?
    /// Clock ticks from the start of the machine to the start of the process.
    package var processStart: Int?

    /// Whether the process that requested it still waits for the answer.
    func isUnderWay(_ processes: ProcessTable) -> Bool {
        state == .sending && processes.isAlive(process, processStart)
    }
}

/// A receipt that was sent to a payer.
package struct ReceiptRecord: Sendable, Hashable {
    /// Unique identifier.
    package var id: String
    package var payment: String
    /// An e-mail address.
    package var address: String
    /// Milliseconds since 1970.
    package var sent: Int
}

extension SessionRecord: LedgerRow {
    package static let shape = RowShape(
        "session",
        [
            "id", "amount", "currency", "reference", "state", "opened", "closed", "cancelled", "process",
            "processStart", "test", "merchant",
        ], changing: ["reference", "state", "closed", "cancelled"])

    package init(_ row: StoredRow) throws {
        id = try row.text(0)
        amount = try row.number(1)
        currency = try row.text(2)
        reference = try row.optionalText(3)
        state = try row.word(4)
        opened = try row.number(5)
        closed = try row.optionalNumber(6)
        cancelled = try row.optionalWord(7)
        process = try row.optionalNumber(8)
        processStart = try row.optionalNumber(9)
        test = try row.optionalNumber(10)
        merchant = try row.optionalText(11)
    }

    package var fields: [Field] {
        [
            .text(id), .number(amount), .text(currency), .text(reference), .text(state.rawValue), .number(opened),
            .number(closed), .text(cancelled?.rawValue), .number(process), .number(processStart), .number(test),
            .text(merchant),
        ]
    }
}

extension ChargeRecord: LedgerRow {
    package static let shape = RowShape(
        "charge", ["payment", "attempt", "amount", "currency", "state", "refunded", "taken"],
        changing: ["state", "refunded"], unique: [["attempt"]])

    package init(_ row: StoredRow) throws {
        payment = try row.text(0)
        attempt = try row.text(1)
        amount = try row.number(2)
        currency = try row.text(3)
        state = try row.word(4)
        refunded = try row.number(5)
        taken = try row.number(6)
    }

    package var fields: [Field] {
        [
            .text(payment), .text(attempt), .number(amount), .text(currency), .text(state.rawValue),
            .number(refunded), .number(taken),
        ]
    }
}

extension ChargeRecord {
    /// The money that `attempt` took.
    static func made(by attempt: RecordedAttempt, in reader: any LedgerReader) throws -> Self? {
        try rows(reader, .rows(where: .equals("attempt", .text(attempt.key)))).first
    }

    /// The charges that a session's attempts made.
    static func of(_ session: String, in reader: any LedgerReader) throws -> [Self] {
        try RecordedAttempt.of(session, in: reader).compactMap { try made(by: $0, in: reader) }
    }

    /// All charges by the attempt that took them.
    static func byAttempt(_ reader: any LedgerReader) throws -> [String: ChargeRecord] {
        Dictionary(try rows(reader).map { ($0.attempt, $0) }, uniquingKeysWith: { $1 })
    }
}

extension RefundRecord: LedgerRow {
    package static let shape = RowShape(
        "refund",
        [
            "key", "payment", "amount", "isVoid", "state", "refund", "asked", "answered", "gateway", "process",
            "processStart",
        ], changing: ["state", "refund", "answered"])

    package init(_ row: StoredRow) throws {
        key = try row.text(0)
        payment = try row.text(1)
        amount = try row.number(2)
        isVoid = try row.boolean(3)
        state = try row.word(4)
        refund = try row.optionalText(5)
        requested = try row.number(6)
        answered = try row.optionalNumber(7)
        gateway = try row.optionalText(8)
        process = try row.optionalNumber(9)
        processStart = try row.optionalNumber(10)
    }

    package var fields: [Field] {
        [
            .text(key), .text(payment), .number(amount), .boolean(isVoid), .text(state.rawValue), .text(refund),
            .number(requested), .number(answered), .text(gateway), .number(process), .number(processStart),
        ]
    }
}

extension RefundRecord {
    /// Every refund without an outcome, in progress or not, oldest first.
    static func open(in reader: any LedgerReader) throws -> [Self] {
        try rows(reader, .rows(where: .isOneOf("state", open)).ordered(by: "asked", "key"))
    }

    private static let open = State.allCases.filter { !$0.isFinal }.map(\.rawValue)

    /// The refunds of a payment, oldest first.
    static func of(_ payment: String, in reader: any LedgerReader) throws -> [Self] {
        try rows(reader, .rows(where: .equals("payment", .text(payment))).ordered(by: "asked", "key"))
    }

    /// All refunds by their payment, oldest first.
    static func byPayment(_ reader: any LedgerReader) throws -> [String: [RefundRecord]] {
        Dictionary(grouping: try rows(reader, .all.ordered(by: "asked", "key")), by: \.payment)
    }
}

extension ReceiptRecord: LedgerRow {
    package static let shape = RowShape("receipt", ["id", "payment", "address", "sent"], changing: [])

    package init(_ row: StoredRow) throws {
        id = try row.text(0)
        payment = try row.text(1)
        address = try row.text(2)
        sent = try row.number(3)
    }

    package var fields: [Field] { [.text(id), .text(payment), .text(address), .number(sent)] }
}
