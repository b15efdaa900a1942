internal import Foundation
internal import GRDB

/// One attempt as the end of the day looks at it.
public struct ReconciliationLine: Sendable, Hashable {
    public var attempt: RecordedAttempt
    /// The money it took; `nil` where it took none.
    public var charge: ChargeRecord?
    /// Refunds of it whose outcome nobody knows yet.
    public var openRefunds: [RefundRecord] = []

    /// Whether it was approved after its session had been cancelled, and somebody has to say whether it is taken back.
    public var isUnwanted = false

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
            let refunds = Dictionary(grouping: try RefundRecord.open(in: database), by: \.payment)
            let charges = try ChargeRecord.rows(database, "SELECT \(ChargeRecord.shape.list) FROM charge")
            let byAttempt = Dictionary(uniqueKeysWithValues: charges.map { ($0.attempt, $0) })
            return attempts.map { attempt in
                let charge = byAttempt[attempt.key]
                return ReconciliationLine(
                    attempt: attempt, charge: charge, openRefunds: charge.flatMap { refunds[$0.payment] } ?? [],
                    isUnwanted: unwanted.contains(attempt.key))
            }
        }
    }

    /// All sessions, newest first.
    public func sessions() throws(LedgerError) -> [SessionRecord] {
        try read {
            try SessionRecord.rows($0, "SELECT \(SessionRecord.shape.list) FROM session ORDER BY opened DESC, id")
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

/// The reconciliation list as comma-separated values (RFC 4180).
public enum ReconciliationCSV {
    private static let header = [
        "session", "attempt", "reference", "amount", "currency", "brand", "last_four", "expiry", "state", "check",
        "gateway", "payment", "code", "decline_code", "charge_state", "refunded", "sent_at", "answered_at",
    ]

    /// The list with its header; amounts in the currency's minor unit, times in UTC.
    public static func text(_ lines: [ReconciliationLine]) -> String {
        ([header] + lines.map(fields)).map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func fields(_ line: ReconciliationLine) -> [String] {
        let attempt = line.attempt
        return [
            attempt.session, String(attempt.number), attempt.reference ?? "", String(attempt.amount), attempt.currency,
            attempt.brand, attempt.lastFour, attempt.expiry, attempt.state.rawValue,
            check(line), attempt.gateway, attempt.payment ?? "", attempt.code ?? "", attempt.declineCode ?? "",
            line.charge?.state.rawValue ?? "",
            line.charge.map { String($0.refunded) } ?? "", time(attempt.sent), attempt.answered.map(time) ?? "",
        ]
    }

    /// What somebody has to ask the gateway about; nothing where all is known.
    private static func check(_ line: ReconciliationLine) -> String {
        let refunds = line.openRefunds.map { "ask the gateway about \($0.isVoid ? "void" : "refund") \($0.key)" }
        let attempt = line.attempt.state.isFinal ? [] : ["ask the gateway"]
        return (attempt + refunds + (line.isUnwanted ? ["paid though its session was given up: tonewall ledger void gives it back"] : [])).joined(
            separator: "; ")
    }

    /// Milliseconds since 1970 as `2026-11-21T22:00:00.000Z`.
    public static func time(_ milliseconds: Int) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(
                .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }

    private static func quoted(_ field: String) -> String {
        // A spreadsheet takes a leading = + - @ for a formula.
        let field = field.first.map { "=+-@".contains($0) } == true ? "'" + field : field
        guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
