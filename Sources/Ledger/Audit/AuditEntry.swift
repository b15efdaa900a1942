internal import SecretProtocols
internal import PaymentSession

/// One entry of the audit log: who did what, when, from where, to which row, and whether it worked (PCI DSS 10.2.2).
package struct AuditEntry: Sendable, Hashable {
    /// Number of the entry, from 1.
    package var sequence: Int
    /// Milliseconds since 1970.
    package var at: Int
    package var who: String
    package var origin: String
    /// `session.opened`, `attempt.sent`, `attempt.settled`, `charge.taken`, `refund.requested`, …
    package var action: String
    /// The table and key of the changed row: `attempt/KEY`.
    package var resource: String
    package var success: Bool
    /// The row after the change, as JSON.
    package var detail: String
    /// The HMAC-SHA256 of the previous code and of all fields above.
    package var code: [UInt8]

    init(
        sequence: Int, at: Int, by origin: Origin, _ action: String, _ resource: String, success: Bool, detail: String
    ) {
        self.sequence = sequence
        self.at = at
        who = origin.who
        self.origin = origin.place
        self.action = action
        self.resource = resource
        self.success = success
        self.detail = detail
        code = []
    }

    /// The code of this entry after an entry with the code `previous`.
    ///
    /// The length of each field precedes the field, so that two different entries never give the same input.
    func expectedCode(after previous: [UInt8], hash: any KeyedDigest) -> [UInt8] {
        var message = previous
        message.reserveCapacity(detail.utf8.count + 256)
        for field in [String(sequence), String(at), who, origin, action, resource, success ? "1" : "0", detail] {
            message.append(contentsOf: String(field.utf8.count).utf8)
            message.append(UInt8(ascii: ":"))
            message.append(contentsOf: field.utf8)
        }
        return hash.code(message)
    }

    /// The code before the first entry's.
    static let beginning = [UInt8](repeating: 0, count: 32)
}

extension AuditEntry: LedgerRow {
    package static let shape = RowShape(
        "audit", ["sequence", "at", "who", "origin", "action", "resource", "success", "detail", "code"], changing: [])

    package init(_ row: StoredRow) throws {
        sequence = try row.number(0)
        at = try row.number(1)
        who = try row.text(2)
        origin = try row.text(3)
        action = try row.text(4)
        resource = try row.text(5)
        success = try row.boolean(6)
        detail = try row.text(7)
        code = try row.bytes(8)
    }

    package var fields: [Field] {
        [
            .number(sequence), .number(at), .text(who), .text(origin), .text(action), .text(resource),
            .boolean(success), .text(detail), .bytes(code),
        ]
    }
}

/// The author of a change to the ledger, and the author's place.
package struct Origin: Sendable, Hashable {
    /// The name of a person or an account.
    package var who: String
    /// A machine and process, a terminal, or an address.
    package var place: String

    package init(who: String, place: String) {
        self.who = who.withoutCardNumbers
        self.place = place.withoutCardNumbers
    }
}
