/// Whether money moves.
package enum PaymentKind: String, Sendable, Hashable, CaseIterable {
    /// No money moves: a mock gateway, or a test key.
    case test
    case real
}

/// A ledger's random identifier, and the kind of its payments. Its single row is created with the first payment.
package struct LedgerIdentity: Sendable, Hashable {
    /// Random identifier. It makes the ledger's idempotency keys differ from those of other ledgers.
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
