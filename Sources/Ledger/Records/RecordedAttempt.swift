package import PaymentSession

/// One attempt of a session to charge a card. It is recorded before it is sent.
package struct RecordedAttempt: Sendable, Hashable {
    /// The state of an attempt.
    package enum State: String, Sendable, CaseIterable {
        /// The attempt is sent or about to be sent. The outcome is unknown.
        case sending
        case approved
        case declined
        /// The gateway refused the request itself.
        case rejected
        /// Certainly no money was taken.
        case notTaken = "not-taken"
        /// It is unknown whether money was taken, so the attempt needs reconciliation.
        case unknown

        /// Whether the state cannot change any more.
        package var isFinal: Bool { self != .sending && self != .unknown }
    }

    /// The idempotency key, which identifies ledger, session and attempt.
    package var key: String
    package var session: String
    package var number: Int
    /// In the currency's minor unit.
    package var amount: Int
    package var currency: String
    package var reference: String?
    package var brand: String
    package var lastFour: String
    /// `MM/YY`
    package var expiry: String
    package var state: State
    /// The address of the gateway to which it was sent.
    package var gateway: String
    /// The gateway's ID of the payment.
    package var payment: String?
    package var code: String?
    package var declineCode: String?
    package var securityCodeCheck: String?
    package var houseNumberCheck: String?
    package var postcodeCheck: String?
    /// Milliseconds since 1970.
    package var sent: Int
    /// Milliseconds since 1970.
    package var answered: Int?
    /// The process that sent it. Other processes do not settle it while this one runs.
    package var process: Int
    /// Clock ticks from the start of the machine to the start of the process.
    package var processStart: Int
    /// The gateway's token for the card: the ID of a saved payment method.
    package var token: String?
    /// 1 for a test payment; `nil` for a real one, and in ledgers that did not record it.
    package var test: Int?

    /// Whether no process waits for its outcome.
    func isOrphaned(_ processes: ProcessTable) -> Bool {
        state == .unknown || state == .sending && !processes.isAlive(process, processStart)
    }

    /// The order, as it was sent.
    package var order: PaymentOrder {
        var order = PaymentOrder(
            sessionID: session, attempt: number, amount: amount, currency: currency, reference: reference)
        // The part before the name is the ledger's. Older keys do not have it.
        if key.hasSuffix("-" + order.name) { order.keyScope = String(key.dropLast(order.name.count + 1)) }
        return order
    }

    /// Sets the outcome.
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
        case .rejected(let refusal):
            state = .rejected
            code = refusal.code?.description
        case .unreachable: state = .notTaken
        case .unknown(let paymentID):
            state = .unknown
            payment = paymentID ?? payment
        }
    }
}

extension RecordedAttempt {
    /// The attempt under `key`, or the one named with the session's name, `-` and its number.
    static func find(_ key: String, orNamed name: String, in reader: any LedgerReader) throws -> Self? {
        try find(key, in: reader) ?? named(name, in: reader)
    }

    /// The attempt with the readable name `name`: its session's name, `-` and its number.
    static func named(_ name: String, in reader: any LedgerReader) throws -> Self? {
        guard let dash = name.utf8.lastIndex(of: UInt8(ascii: "-")), let session = String(name.utf8[..<dash]),
            let digits = String(name.utf8[dash...].dropFirst()), let number = Int(digits), String(number) == digits
        else { return nil }
        return try of(session, in: reader).first { $0.number == number }
    }

    /// The attempts of a session, first to last.
    static func of(_ session: String, in reader: any LedgerReader) throws -> [Self] {
        try rows(reader, .rows(where: .equals("session", .text(session))).ordered(by: "number"))
    }

    /// Every attempt without an outcome, in progress or not, oldest first.
    static func open(in reader: any LedgerReader) throws -> [Self] {
        try rows(reader, .rows(where: .isOneOf("state", open)).ordered(by: "sent", "key"))
    }

    private static let open = State.allCases.filter { !$0.isFinal }.map(\.rawValue)
}

extension RecordedAttempt: LedgerRow {
    package static let shape = RowShape(
        "attempt",
        [
            "key", "session", "number", "amount", "currency", "reference", "brand", "lastFour", "expiry", "state",
            "gateway", "payment", "code", "declineCode", "securityCodeCheck", "houseNumberCheck", "postcodeCheck",
            "sent", "answered", "process", "processStart", "token", "test",
        ],
        changing: [
            "state", "payment", "code", "declineCode", "securityCodeCheck", "houseNumberCheck", "postcodeCheck",
            "answered", "token",
        ], unique: [["session", "number"]])

    package init(_ row: StoredRow) throws {
        key = try row.text(0)
        session = try row.text(1)
        number = try row.number(2)
        amount = try row.number(3)
        currency = try row.text(4)
        reference = try row.optionalText(5)
        brand = try row.text(6)
        lastFour = try row.text(7)
        expiry = try row.text(8)
        state = try row.word(9)
        gateway = try row.text(10)
        payment = try row.optionalText(11)
        code = try row.optionalText(12)
        declineCode = try row.optionalText(13)
        securityCodeCheck = try row.optionalText(14)
        houseNumberCheck = try row.optionalText(15)
        postcodeCheck = try row.optionalText(16)
        sent = try row.number(17)
        answered = try row.optionalNumber(18)
        process = try row.number(19)
        processStart = try row.number(20)
        token = try row.optionalText(21)
        test = try row.optionalNumber(22)
    }

    package var fields: [Field] {
        [
            .text(key), .text(session), .number(number), .number(amount), .text(currency), .text(reference),
            .text(brand), .text(lastFour), .text(expiry), .text(state.rawValue), .text(gateway), .text(payment),
            .text(code), .text(declineCode), .text(securityCodeCheck), .text(houseNumberCheck), .text(postcodeCheck),
            .number(sent), .number(answered), .number(process), .number(processStart), .text(token),
            .number(test),
        ]
    }
}
