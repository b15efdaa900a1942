internal import Foundation
internal import GRDB

/// One attempt as the end of the day looks at it.
public struct ReconciliationLine: Sendable, Hashable {
    public var attempt: RecordedAttempt
    /// The money it took; `nil` where it took none.
    public var charge: ChargeRecord?
    /// What was given back of it, or asked for, oldest first.
    public var refunds: [RefundRecord] = []

    /// Refunds of it whose outcome nobody knows yet.
    public var openRefunds: [RefundRecord] { refunds.filter { !$0.state.isFinal } }

    /// How it stands now, in a word: what became of its money goes before what the gateway said.
    public var outcome: String { charge?.state.outcome ?? attempt.state.rawValue }

    /// Whether it was approved after its session had been cancelled, and somebody has to say whether it is taken back.
    public var isUnwanted = false
    /// Whether no money moved: what the ledger is, all its rows are.
    public var isTest = false

    /// Whether somebody has to ask the gateway: about the attempt, about a refund of it, or for its money back.
    public var isOpen: Bool { !attempt.state.isFinal || !openRefunds.isEmpty || isUnwanted }

    /// The address of the gateway that can tell of what is open.
    public var openAt: String { openRefunds.first?.gateway ?? attempt.gateway }
}

extension Ledger {
    /// The attempts sent between two moments (milliseconds since 1970), and every one that is open or has an open refund, whenever it was
    /// sent; oldest first.
    public func reconciliation(from start: Int = .min, until end: Int = .max) throws(LedgerError)
        -> [ReconciliationLine]
    {
        try read { database in
            let unwanted = Set(try UnwantedPayment.all(in: database).map(\.attempt.key))
            let attempts = try RecordedAttempt.rows(
                database,
                """
                SELECT \(RecordedAttempt.shape.list) FROM attempt
                WHERE sent >= ? AND sent < ? OR state IN ('sending', 'unknown') OR key IN (
                    SELECT charge.attempt FROM refund JOIN charge USING (payment)
                    WHERE refund.state IN ('sending', 'unknown'))
                    OR key IN (SELECT value FROM json_each(?))
                ORDER BY sent, key
                """,
                [start, end, jsonArray(unwanted)])
            let charges = try ChargeRecord.byAttempt(database)
            let refunds = try RefundRecord.byPayment(database)
            let isTest = try Self.kind(in: database) == .test
            return attempts.map { attempt in
                let charge = charges[attempt.key]
                return ReconciliationLine(
                    attempt: attempt, charge: charge, refunds: charge.flatMap { refunds[$0.payment] } ?? [],
                    isUnwanted: unwanted.contains(attempt.key), isTest: isTest)
            }
        }
    }

    /// What was given back between two moments (milliseconds since 1970), whenever its payment was taken, oldest first.
    public func givenBack(from start: Int = .min, until end: Int = .max) throws(LedgerError) -> [GivenBack] {
        try read { database in
            let charges = try ChargeRecord.byAttempt(database).values
            let currencies = Dictionary(charges.map { ($0.payment, $0.currency) }, uniquingKeysWith: { $1 })
            let refunds = try RefundRecord.rows(
                database,
                """
                SELECT \(RefundRecord.shape.list) FROM refund
                WHERE state = 'done' AND coalesce(answered, asked) >= ? AND coalesce(answered, asked) < ?
                ORDER BY coalesce(answered, asked), key
                """, [start, end])
            return refunds.compactMap { refund in
                currencies[refund.payment].map { GivenBack(refund: refund, currency: $0) }
            }
        }
    }

    /// The session called `id`.
    public func session(_ id: String) throws(LedgerError) -> SessionRecord {
        guard let found = try read({ try SessionRecord.find(id, in: $0) }) else {
            throw .noSuch(kind: "session", name: id)
        }
        return found
    }

    /// The charge that a session's attempts made; `nil` where they made none.
    public func charge(of session: String) throws(LedgerError) -> ChargeRecord? {
        try read {
            try ChargeRecord.rows(
                $0,
                """
                SELECT \(ChargeRecord.shape.list) FROM charge JOIN attempt ON attempt.key = charge.attempt
                WHERE session = ?
                """,
                [session])
        }.first
    }

    /// The charge that the gateway calls `payment`.
    public func charge(_ payment: String) throws(LedgerError) -> ChargeRecord {
        guard let found = try read({ try ChargeRecord.find(payment, in: $0) }) else {
            throw .noSuch(kind: "payment", name: payment)
        }
        return found
    }

    /// The refunds of a payment, oldest first.
    public func refunds(of payment: String) throws(LedgerError) -> [RefundRecord] {
        try read {
            try RefundRecord.rows(
                $0, "SELECT \(RefundRecord.shape.list) FROM refund WHERE payment = ? ORDER BY asked, key", [payment])
        }
    }
}

/// Texts as a JSON array.
private func jsonArray(_ texts: Set<String>) -> String {
    var json = [UInt8(ascii: "[")]
    for text in texts {
        if json.count > 1 { json.append(UInt8(ascii: ",")) }
        JSONText.add(text, to: &json)
    }
    return String(decoding: json + [UInt8(ascii: "]")], as: UTF8.self)
}
