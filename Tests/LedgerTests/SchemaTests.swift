import GRDB
import Ledger
import LedgerSQLite
import Testing

/// Changed tables, constraints, indexes, triggers and views are reported.
struct SchemaTests {
    @Test(
        arguments: [
            (
                "CREATE TRIGGER t AFTER INSERT ON refund BEGIN DELETE FROM refund; END",
                .schemaUnknown(kind: "trigger", name: "t")
            ),
            ("CREATE TABLE cards (number TEXT)", .schemaUnknown(kind: "table", name: "cards")),
            ("CREATE INDEX i ON charge (amount)", .schemaUnknown(kind: "index", name: "i")),
            ("CREATE VIEW v AS SELECT * FROM charge", .schemaUnknown(kind: "view", name: "v")),
            ("DROP TRIGGER auditIsNotShortened", .schemaMissing(kind: "trigger", name: "auditIsNotShortened")),
            ("DROP INDEX openRefund", .schemaMissing(kind: "index", name: "openRefund")),
            ("ALTER TABLE charge ADD COLUMN note TEXT", .schemaChanged(kind: "table", name: "charge")),
            ("INSERT INTO grdb_migrations VALUES ('99 later')", .schemaNewer),
            (
                "DELETE FROM grdb_migrations WHERE identifier LIKE '2%'",
                .schemaChanged(kind: "table", name: "grdb_migrations")
            ),
        ] as [(String, LedgerFinding)])
    func `A change of the schema is found`(statement: String, finding: LedgerFinding) async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s")
        #expect(probe.ledger.verify().findings.isEmpty)
        try await DatabaseQueue(path: probe.path).write { try $0.execute(sql: statement) }
        #expect(probe.ledger.verify().findings == [finding])
        #expect(try Ledger(reading: probe.path, needsKey: true).verify().findings.contains(finding))
    }

    @Test(arguments: [
        " CHECK (refunded BETWEEN 0 AND amount)", " CHECK (amount > 0)", " UNIQUE REFERENCES attempt",
    ])
    func `A removed constraint is found, although rows do not show it`(constraint: String) async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s")
        let changed = try await DatabaseQueue(path: probe.path).write { database in
            try database.execute(sql: "PRAGMA writable_schema = ON")
            try database.execute(
                sql: "UPDATE sqlite_schema SET sql = replace(sql, ?, '') WHERE type = 'table' AND instr(sql, ?)",
                arguments: [constraint, constraint])
            return database.changesCount
        }
        #expect(changed > 0)
        let found = probe.ledger.verify().findings
        // Without its constraint, an index of SQLite's own is one that nothing explains.
        let isTold = found.contains { finding in
            switch finding {
            case .schemaChanged(kind: "table", _), .damaged: true
            default: false
            }
        }
        #expect(isTold, "\(found)")
    }
}
