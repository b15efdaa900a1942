package import PaymentSession

extension Ledger {
    /// Records that an attempt will be sent to the gateway at `gateway`, and its session if ``open(_:)`` has not.
    ///
    /// - Returns: The recorded attempt, for ``conclude(_:_:token:)-(RecordedAttempt,_,_)``.
    /// - Throws: ``LedgerError``. The attempt must not be sent then.
    @discardableResult
    package func begin(
        _ order: PaymentOrder, with card: CardFacts, at gateway: String
    ) async throws(LedgerError) -> RecordedAttempt {
        let time = now()
        let opened = newSession(order, at: time)
        let session = try NewRow(opened)
        let attempt = RecordedAttempt(
            key: order.idempotencyKey, session: order.sessionID, number: order.attempt, amount: order.amount,
            currency: order.currency, reference: order.reference, brand: card.brand.rawValue, lastFour: card.lastFour,
            expiry: card.expiry.printed, state: .sending, gateway: gateway, sent: time, process: processes.own.id,
            processStart: processes.own.start, test: testMark)
        let row = try NewRow(attempt)
        try await change(isDurable: true, at: time) { [path] transaction, log in
            if var known = try SessionRecord.find(order.sessionID, in: transaction) {
                guard known.state == .open, known.cancelled == nil, known.isSame(as: opened) else {
                    throw LedgerError.sessionExists(path: path, name: order.sessionID)
                }
                if known.reference != order.reference {
                    known.reference = order.reference
                    try known.update(in: transaction)
                    try log.add("session.filed", known, to: transaction)
                }
            } else {
                try log.insert(session, as: "session.opened", to: transaction)
            }
            try log.insert(row, as: "attempt.sent", to: transaction)
        }
        return attempt
    }

    /// Records the outcome of an attempt from ``begin(_:with:at:)``. Money that was taken becomes a charge.
    ///
    /// Usually the attempt has not changed meanwhile. For that case, everything to be written is prepared before the
    /// turn of the single writer.
    ///
    /// - Parameter token: The gateway's token for the card.
    /// - Throws: ``LedgerError/paymentTakenByAnotherAttempt(payment:)`` if another attempt took the payment. This
    ///   attempt is `unknown` then.
    package func conclude(
        _ attempt: RecordedAttempt, _ outcome: PaymentOutcome, token: CardToken? = nil
    ) async throws(LedgerError) {
        let time = now()
        let settled = try SettledAttempt(attempt.concluded(outcome, token: token, at: time), from: attempt, at: time)
        let taken: String? = try await change(isDurable: false, at: time) { transaction, log in
            if try settled.isTakenByAnotherAttempt(transaction) {
                try Self.markUnknown(attempt.key, settled.payment, transaction, log)
                return settled.payment
            }
            if try settled.record(in: transaction, log) { return nil }
            return try Self.conclude(attempt.key, outcome, token, transaction, log)
        }
        if let taken { throw .paymentTakenByAnotherAttempt(payment: taken) }
    }

    /// Records the outcome of the attempt under `key`. Money that was taken becomes a charge.
    ///
    /// - Parameter token: The gateway's token for the card.
    /// - Throws: ``LedgerError/paymentTakenByAnotherAttempt(payment:)`` if another attempt took the payment. This
    ///   attempt is `unknown` then.
    package func conclude(_ key: String, _ outcome: PaymentOutcome, token: CardToken? = nil) async throws(LedgerError) {
        let taken = try await change(isDurable: false) { transaction, log in
            try Self.conclude(key, outcome, token, transaction, log)
        }
        if let taken { throw .paymentTakenByAnotherAttempt(payment: taken) }
    }

    /// - Returns: The payment if it belongs to another attempt. This attempt is left open then.
    private static func conclude(
        _ key: String, _ outcome: PaymentOutcome, _ token: CardToken?, _ transaction: any LedgerTransaction,
        _ log: AuditLog
    ) throws -> String? {
        guard let attempt = try RecordedAttempt.find(key, in: transaction) else {
            throw LedgerError.noSuch(kind: "attempt", name: key)
        }
        // Another process has settled it meanwhile. A final state does not change.
        guard !attempt.state.isFinal else { return nil }
        let settled = try SettledAttempt(
            attempt.concluded(outcome, token: token, at: log.at), from: attempt, at: log.at)
        if try settled.isTakenByAnotherAttempt(transaction) {
            try markUnknown(key, settled.payment, transaction, log)
            return settled.payment
        }
        _ = try settled.record(in: transaction, log)
        return nil
    }

    /// Sets an attempt to `unknown` because the gateway reports a payment that another attempt took.
    private static func markUnknown(
        _ key: String, _ payment: String?, _ transaction: any LedgerTransaction, _ log: AuditLog
    ) throws {
        guard var attempt = try RecordedAttempt.find(key, in: transaction), !attempt.state.isFinal else { return }
        attempt.conclude(.unknown(paymentID: payment), at: log.at)
        try attempt.update(in: transaction)
        try log.add("attempt.settled", attempt, success: false, to: transaction)
    }

    /// Records a concluded attempt whose state was `known` in this transaction. Money that was taken becomes a charge.
    static func settle(
        _ attempt: RecordedAttempt, from known: RecordedAttempt, _ transaction: any LedgerTransaction, _ log: AuditLog
    ) throws {
        _ = try SettledAttempt(attempt, from: known, at: log.at).record(in: transaction, log)
    }

    /// Attempts with an unknown outcome, oldest first: those in state `unknown`, and those sent by a process that has
    /// ended.
    package func openAttempts() throws(LedgerError) -> [RecordedAttempt] {
        try read { try RecordedAttempt.open(in: $0) }.filter { $0.isOrphaned(processes) }
    }

    /// The attempts of a session, first to last.
    package func attempts(of session: String) throws(LedgerError) -> [RecordedAttempt] {
        try read { try RecordedAttempt.of(session, in: $0) }
    }

    /// The attempts with the reference `reference`, oldest first.
    package func attempts(reference: String) throws(LedgerError) -> [RecordedAttempt] {
        try read {
            try RecordedAttempt.rows(
                $0, .rows(where: .equals("reference", .text(reference))).ordered(by: "sent", "key"))
        }
    }
}

extension SessionRecord {
    /// Whether `other` is the same session of the same process.
    fileprivate func isSame(as other: SessionRecord) -> Bool {
        amount == other.amount && currency == other.currency && process == other.process
            && processStart == other.processStart
    }
}

/// A concluded attempt with its encoded values.
private struct SettledAttempt: Sendable {
    private let attempt: ChangedRow
    private let isApproved: Bool
    private let charge: NewRow?
    /// The gateway's ID of the payment that it took.
    let payment: String?

    /// - Parameter known: The expected present state of the attempt.
    init(_ settled: RecordedAttempt, from known: RecordedAttempt, at time: Int) throws(LedgerError) {
        attempt = ChangedRow(settled, from: known)
        isApproved = settled.state == .approved
        let taken = isApproved ? settled.charge(at: time) : nil
        charge = try taken.map { charge throws(LedgerError) in try NewRow(charge) }
        payment = taken?.payment
    }

    /// Whether the ledger has its payment under another attempt.
    func isTakenByAnotherAttempt(_ reader: any LedgerReader) throws -> Bool {
        guard let payment, let there = try ChargeRecord.find(payment, in: reader) else { return false }
        return "attempt/\(there.attempt)" != attempt.resource
    }

    /// Writes it; `false`, with nothing written, if the attempt differs from its known state.
    func record(in transaction: any LedgerTransaction, _ log: AuditLog) throws -> Bool {
        guard try log.update(attempt, as: "attempt.settled", success: isApproved, in: transaction) else { return false }
        if let charge { try log.insert(charge, as: "charge.taken", to: transaction) }
        return true
    }
}

extension RecordedAttempt {
    /// The attempt with its outcome.
    fileprivate func concluded(_ outcome: PaymentOutcome, token: CardToken?, at time: Int) -> Self {
        var attempt = self
        attempt.conclude(outcome, at: time)
        attempt.token = token?.disclosed ?? attempt.token
        return attempt
    }

    /// The money that it took; `nil` if no payment is known.
    fileprivate func charge(at time: Int) -> ChargeRecord? {
        payment.map {
            ChargeRecord(
                payment: $0, attempt: key, amount: amount, currency: currency, state: .taken, refunded: 0, taken: time)
        }
    }
}
