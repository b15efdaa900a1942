internal import Foundation
public import GRDB
internal import KeyedHash
internal import PaymentSession

/// One line of the audit log: who did what, when, from where, to what, and whether it worked (PCI DSS 10.2.2).
public struct AuditEntry: Sendable, Hashable, Codable, FetchableRecord, TableRecord {
    public static let databaseTableName = "audit"

    /// 1 for the first, one more for each further.
    public var sequence: Int
    /// Milliseconds since 1970.
    public var at: Int
    public var who: String
    public var origin: String
    /// `session.opened`, `attempt.sent`, `attempt.settled`, `charge.taken`, `refund.asked`, …
    public var action: String
    /// The table and key of the row that changed: `attempt/KEY`.
    public var resource: String
    public var success: Bool
    /// The row as it was then, as JSON.
    public var detail: String
    /// The HMAC-SHA256 of the code before and of everything above.
    public var code: [UInt8]

    public init(row: Row) throws {
        sequence = try row.decode(forColumn: "sequence")
        at = try row.decode(forColumn: "at")
        who = try row.decode(forColumn: "who")
        origin = try row.decode(forColumn: "origin")
        action = try row.decode(forColumn: "action")
        resource = try row.decode(forColumn: "resource")
        let success: Int = try row.decode(forColumn: "success")
        guard success == 0 || success == 1 else { throw AuditEntryError.noTruthValue }
        self.success = success == 1
        detail = try row.decode(forColumn: "detail")
        code = Array(try row.decode(Data.self, forColumn: "code"))
    }

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

    /// What stands in the columns, in their order.
    var fields: [Field] {
        [
            .number(sequence), .number(at), .text(who), .text(origin), .text(action), .text(resource),
            .truth(success), .text(detail), .bytes(code),
        ]
    }

    /// The code that the entry must have after an entry whose code is `previous`.
    ///
    /// Each field goes in with its length before it, so that no two entries read alike.
    func expectedCode(after previous: [UInt8], hash: KeyedHash) -> [UInt8] {
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

/// A column that holds what none of its kind can.
private enum AuditEntryError: Error { case noTruthValue }

/// On whose behalf, and from where, the ledger is written.
public struct Origin: Sendable, Hashable {
    /// A person's or an account's name.
    public var who: String
    /// A machine and process, a terminal, or an address.
    public var place: String

    public init(who: String, place: String) {
        self.who = who.withoutCardNumbers
        self.place = place.withoutCardNumbers
    }
}
