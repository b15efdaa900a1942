internal import Foundation

/// One attempt on the day's reconciliation list.
package struct ReconciliationLine: Sendable, Hashable {
    package var attempt: RecordedAttempt
    /// The money it took; `nil` if it took none.
    package var charge: ChargeRecord?
    /// Its refunds, oldest first.
    package var refunds: [RefundRecord] = []

    /// Its refunds whose outcome is unknown.
    package var openRefunds: [RefundRecord] { refunds.filter { !$0.state.isFinal } }

    /// The word for its state. The state of its money precedes the gateway's answer.
    package var outcome: String { charge?.state.outcome ?? attempt.state.rawValue }

    /// Whether it was approved after its session was cancelled, so that a person must decide on a void.
    package var isUnwanted = false
    /// Whether no money moved. All rows of a ledger are of the same kind.
    package var isTest = false

    /// Whether a person must ask the gateway about the attempt or a refund, or order a void.
    package var isOpen: Bool { !attempt.state.isFinal || !openRefunds.isEmpty || isUnwanted }

    /// The address of the gateway that knows about the open item.
    package var openAt: String { openRefunds.first?.gateway ?? attempt.gateway }
}

extension Ledger {
    /// The attempts sent between two times (milliseconds since 1970), and all attempts that are open or have an open
    /// refund, oldest first.
    package func reconciliation(from start: Int = .min, until end: Int = .max) throws(LedgerError)
        -> [ReconciliationLine]
    {
        try read { [processes] reader in
            let unwanted = Set(try UnwantedPayment.all(in: reader, processes).map(\.attempt.key))
            let charges = try ChargeRecord.byAttempt(reader)
            let refunds = try RefundRecord.byPayment(reader)
            let isTest = try Self.kind(in: reader) == .test
            let sent = try RecordedAttempt.rows(reader, .rows(where: .isWithin("sent", start..<max(start, end))))
            let refunded = charges.filter { refunds[$1.payment]?.contains { !$0.state.isFinal } == true }.keys
            let looked = try unwanted.union(refunded).compactMap { try RecordedAttempt.find($0, in: reader) }
            let all = Dictionary(
                (sent + (try RecordedAttempt.open(in: reader)) + looked).map { ($0.key, $0) }, uniquingKeysWith: { $1 })
            return all.values.sorted { ($0.sent, $0.key) < ($1.sent, $1.key) }.map { attempt in
                let charge = charges[attempt.key]
                return ReconciliationLine(
                    attempt: attempt, charge: charge, refunds: charge.flatMap { refunds[$0.payment] } ?? [],
                    isUnwanted: unwanted.contains(attempt.key), isTest: isTest)
            }
        }
    }

    /// The refunds between two times (milliseconds since 1970), whatever the time of their payments, oldest first.
    package func givenBack(from start: Int = .min, until end: Int = .max) throws(LedgerError) -> [RefundLine] {
        try read { reader in
            let done = try RefundRecord.rows(
                reader, .rows(where: .equals("state", .text(RefundRecord.State.done.rawValue))).ordered(by: "key"))
            let times = done.map { ($0.answered ?? $0.requested, $0) }.filter { $0.0 >= start && $0.0 < end }
            return try times.sorted { ($0.0, $0.1.key) < ($1.0, $1.1.key) }.compactMap { _, refund in
                try ChargeRecord.find(refund.payment, in: reader).map {
                    RefundLine(refund: refund, currency: $0.currency)
                }
            }
        }
    }

    /// The session called `id`.
    package func session(_ id: String) throws(LedgerError) -> SessionRecord {
        guard let found = try read({ try SessionRecord.find(id, in: $0) }) else {
            throw .noSuch(kind: "session", name: id)
        }
        return found
    }

    /// The charge of a session's attempts; `nil` if they took no money.
    package func charge(of session: String) throws(LedgerError) -> ChargeRecord? {
        try read { try ChargeRecord.of(session, in: $0) }.first
    }

    /// The charge with the gateway's payment ID `payment`.
    package func charge(_ payment: String) throws(LedgerError) -> ChargeRecord {
        guard let found = try read({ try ChargeRecord.find(payment, in: $0) }) else {
            throw .noSuch(kind: "payment", name: payment)
        }
        return found
    }

    /// The refunds of a payment, oldest first.
    package func refunds(of payment: String) throws(LedgerError) -> [RefundRecord] {
        try read { try RefundRecord.of(payment, in: $0) }
    }
}
