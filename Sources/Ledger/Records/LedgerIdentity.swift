internal import GRDB

/// Whether money moves.
public enum PaymentKind: String, Sendable, Hashable, CaseIterable {
    /// None does: a mock gateway, or a key for tests.
    case test
    case real
}

/// What a ledger is: its own name, and what kind of payments it holds. Its one row is made with the first payment.
public struct LedgerIdentity: Sendable, Hashable {
    /// Random: the part of every idempotency key that no other ledger has.
    public var id: String
    public var kind: PaymentKind
}

extension LedgerIdentity: LedgerRow {
    static let shape = RowShape("ledger", ["id", "kind"], changing: [])

    init(_ row: Row) throws {
        id = try row.decode(atIndex: 0)
        kind = try row.word(atIndex: 1)
    }

    var fields: [Field] { [.text(id), .text(kind.rawValue)] }

    static func find(in database: Database) throws -> Self? {
        try rows(database, "SELECT \(shape.list) FROM ledger").first
    }
}
