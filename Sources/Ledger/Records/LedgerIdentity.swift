/// Whether money moves.
package enum PaymentKind: String, Sendable, Hashable, CaseIterable {
    /// None does: a mock gateway, or a key for tests.
    case test
    case real
}

/// A ledger's random name, and the kind of its payments. Its one row is made with the first payment.
package struct LedgerIdentity: Sendable, Hashable {
    /// Random: the part of every idempotency key that no other ledger has.
    package var id: String
    package var kind: PaymentKind
}

extension LedgerIdentity: LedgerRow {
    package static let shape = RowShape("ledger", ["id", "kind"], changing: [])

    package init(_ row: StoredRow) throws {
        id = try row.text(0)
        kind = try row.word(1)
    }

    package var fields: [Field] { [.text(id), .text(kind.rawValue)] }

    static func find(in reader: any LedgerReader) throws -> Self? { try rows(reader).first }
}
