internal import AtomicFiles
internal import Foundation
internal import GRDB
internal import Secrets
internal import TextFormats

/// The gateway's objects in an SQLite file that persists between starts.
///
/// Objects are stored as in memory, so there is neither a card number nor a security code among them.
final class StateFile: Sendable {
    /// An object that was created, changed or, without a body, removed.
    struct Change: Sendable {
        var kind: String
        var id: String
        var body: String?
    }

    private let queue: DatabaseQueue

    /// The file at `path`, created if it is missing.
    init(path: String) throws {
        queue = try DatabaseQueue(path: path.databaseName)
        try queue.write { database in
            // A file of another program, such as a ledger, is not changed.
            let others = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'")
            guard Set(others).isSubset(of: ["thing", "reply", "secret"]) else { throw InvalidRow() }
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS thing (
                        position INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
                        UNIQUE (kind, id)) STRICT;
                    CREATE TABLE IF NOT EXISTS reply (key TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT;
                    CREATE TABLE IF NOT EXISTS secret (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT;
                    """)
        }
    }

    /// The key of the hashes in the file. It is created with the file.
    func hash() throws -> HMAC {
        let key = try queue.write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO secret VALUES (1, ?)", arguments: [Data(SecureRandom.bytes(32))])
            return try Data.fetchOne(database, sql: "SELECT key FROM secret")
        }
        guard let key, !key.isEmpty else { throw InvalidRow() }
        return HMAC(key: Array(key))
    }

    /// A row that a gateway has not written.
    struct InvalidRow: Error {}

    /// All objects of one kind, oldest first.
    func records<Record: Decodable & Sendable & Validated>(
        _ kind: String, as type: Record.Type
    ) throws -> [(id: String, record: Record)] {
        try queue.read { database in
            let rows = try Row.fetchCursor(
                database, sql: "SELECT id, body FROM thing WHERE kind = ? ORDER BY position", arguments: [kind])
            var records: [(id: String, record: Record)] = []
            while let row = try rows.next() {
                let record = try JSONDecoder().decode(Record.self, from: Self.data(row, 1))
                guard record.isValid else { throw InvalidRow() }
                records.append((try Self.text(row, 0), record))
            }
            return records
        }
    }

    /// The kept replies, by idempotency key.
    func replies() throws -> [String: IdempotencyStore.Entry] {
        try queue.read { database in
            var replies: [String: IdempotencyStore.Entry] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT key, body FROM reply")
            while let row = try rows.next() {
                let entry = try JSONDecoder().decode(IdempotencyStore.Entry.self, from: Self.data(row, 1))
                guard entry.isValid else { throw InvalidRow() }
                replies[try Self.text(row, 0)] = entry
            }
            return replies
        }
    }

    /// A column's text. Another type is an error, because a row's own access would end the process.
    private static func text(_ row: Row, _ column: Int) throws -> String {
        guard let text = String.fromDatabaseValue(row[column]) else { throw InvalidRow() }
        return text
    }

    private static func data(_ row: Row, _ column: Int) throws -> Data {
        let text = try Self.text(row, column)
        guard JSONNesting.isShallow(text.utf8) else { throw InvalidRow() }
        return Data(text.utf8)
    }

    /// Writes the changes of one request and its kept reply, both or neither.
    func write(_ changes: [Change], reply: (key: String, entry: IdempotencyStore.Entry)?) throws {
        guard !changes.isEmpty || reply != nil else { return }
        try queue.write { database in
            for change in changes {
                guard let body = change.body else {
                    try database.execute(
                        sql: "DELETE FROM thing WHERE kind = ? AND id = ?", arguments: [change.kind, change.id])
                    continue
                }
                try database.execute(
                    sql: """
                        INSERT INTO thing (kind, id, body) VALUES (?, ?, ?)
                        ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body
                        """,
                    arguments: [change.kind, change.id, body])
            }
            guard let reply else { return }
            let body = String(decoding: try JSONEncoder().encode(reply.entry), as: UTF8.self)
            try database.execute(sql: "INSERT OR REPLACE INTO reply VALUES (?, ?)", arguments: [reply.key, body])
        }
    }
}

extension GatewayStore {
    /// The objects in a state file.
    init(from file: StateFile, hash: HMAC) throws {
        self.init(hash: hash)
        paymentIntents = Table(try file.records("payment_intent", as: PaymentIntent.self))
        paymentMethods = Table(try file.records("payment_method", as: PaymentMethod.self))
        charges = Table(try file.records("charge", as: Charge.self))
        refunds = Table(try file.records("refund", as: Refund.self))
        customers = Table(try file.records("customer", as: Customer.self))
        webhookEndpoints = Table(try file.records("webhook_endpoint", as: WebhookEndpoint.self))
        events = Table(try file.records("event", as: Event.self))
        resume()
    }

    /// The changes since the last call.
    mutating func takeChanges() throws -> [StateFile.Change] {
        try paymentIntents.takeChanges("payment_intent") + paymentMethods.takeChanges("payment_method")
            + charges.takeChanges("charge") + refunds.takeChanges("refund") + customers.takeChanges("customer")
            + webhookEndpoints.takeChanges("webhook_endpoint") + events.takeChanges("event")
    }

    /// Drops the changes, for a gateway without a state file.
    mutating func dropChanges() {
        paymentIntents.changed = []
        paymentMethods.changed = []
        charges.changed = []
        refunds.changed = []
        customers.changed = []
        webhookEndpoints.changed = []
        events.changed = []
    }
}

extension Table {
    init(_ records: [(id: String, record: Record)]) {
        self.init()
        for (id, record) in records { self[id] = record }
        changed = []
    }

    fileprivate mutating func takeChanges(_ kind: String) throws -> [StateFile.Change] {
        defer { changed = [] }
        return try changed.map { id in
            let body = try self[id].map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
            return StateFile.Change(kind: kind, id: id, body: body)
        }
    }
}
