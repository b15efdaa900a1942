internal import GRDB

/// The ledger's tables and their migrations.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 sessions, attempts, charges, refunds, receipts, audit") { database in
            try database.execute(sql: first)
        }
        migrator.registerMigration("2 fewer indexes, tokens") { database in
            try database.execute(sql: second)
        }
        migrator.registerMigration("3 who waits for a refund, and where") { database in
            try database.execute(sql: third)
        }
        migrator.registerMigration("4 whose ledger it is, who has a session, states that are checked") { database in
            try database.execute(sql: fourth)
        }
        migrator.registerMigration("5 who is paid") { database in
            try database.execute(sql: "ALTER TABLE session ADD COLUMN merchant TEXT")
        }
        migrator.registerMigration("6 charges and refunds whose states are checked") { database in
            try database.execute(sql: sixth)
        }
        return migrator
    }

    private static let first = """
        CREATE TABLE session (
            id TEXT NOT NULL PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL,
            reference TEXT, state TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER) STRICT;
        CREATE TABLE attempt (
            key TEXT NOT NULL PRIMARY KEY, session TEXT NOT NULL REFERENCES session, number INTEGER NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, reference TEXT,
            brand TEXT NOT NULL, lastFour TEXT NOT NULL CHECK (length(lastFour) <= 4), expiry TEXT NOT NULL,
            state TEXT NOT NULL, gateway TEXT NOT NULL, payment TEXT, code TEXT, declineCode TEXT,
            securityCodeCheck TEXT, houseNumberCheck TEXT, postcodeCheck TEXT,
            sent INTEGER NOT NULL, answered INTEGER, process INTEGER NOT NULL, processStart INTEGER NOT NULL,
            UNIQUE (session, number)) STRICT;
        CREATE INDEX attemptByState ON attempt (state);
        CREATE INDEX attemptByReference ON attempt (reference);
        CREATE TABLE charge (
            payment TEXT NOT NULL PRIMARY KEY, attempt TEXT NOT NULL UNIQUE REFERENCES attempt,
            amount INTEGER NOT NULL, currency TEXT NOT NULL, state TEXT NOT NULL,
            refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND amount), taken INTEGER NOT NULL) STRICT;
        CREATE TABLE refund (
            key TEXT NOT NULL PRIMARY KEY, payment TEXT NOT NULL REFERENCES charge, amount INTEGER NOT NULL CHECK (amount > 0),
            isVoid INTEGER NOT NULL, state TEXT NOT NULL, refund TEXT, asked INTEGER NOT NULL, answered INTEGER) STRICT;
        CREATE TABLE receipt (
            id TEXT NOT NULL PRIMARY KEY, payment TEXT NOT NULL REFERENCES charge, address TEXT NOT NULL,
            sent INTEGER NOT NULL) STRICT;
        CREATE TABLE audit (
            sequence INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL,
            action TEXT NOT NULL, resource TEXT NOT NULL, success INTEGER NOT NULL, detail TEXT NOT NULL,
            code BLOB NOT NULL) STRICT;
        CREATE INDEX auditByResource ON audit (resource, sequence);
        CREATE TRIGGER auditIsNotChanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        CREATE TRIGGER auditIsNotShortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        """

    /// A commit writes pages for every index. So an unused index is removed, and the index of open attempts has only
    /// those.
    private static let second = """
        DROP INDEX auditByResource;
        DROP INDEX attemptByState;
        CREATE INDEX openAttempt ON attempt (state) WHERE state IN ('sending', 'unknown');
        ALTER TABLE attempt ADD COLUMN token TEXT;
        """

    /// Older refunds have neither column, and no ID by which the gateway could find them. A person settles them.
    private static let third = """
        ALTER TABLE refund ADD COLUMN gateway TEXT;
        ALTER TABLE refund ADD COLUMN process INTEGER;
        ALTER TABLE refund ADD COLUMN processStart INTEGER;
        CREATE INDEX refundByPayment ON refund (payment);
        CREATE INDEX openRefund ON refund (state) WHERE state IN ('sending', 'unknown');
        """

    /// A state can be checked only from a table's creation on, so both tables are created again.
    private static let fourth = """
        CREATE TABLE ledger (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('test', 'real'))) STRICT;
        CREATE TABLE newSession (
            id TEXT NOT NULL PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL,
            reference TEXT, state TEXT NOT NULL CHECK (state IN (
                'open', 'approved', 'declined', 'cancelled', 'voided', 'void-failed', 'timed-out', 'too-many-attempts',
                'hung-up', 'line-lost', 'unreachable', 'rejected', 'unknown', 'failed', 'not-taken', 'interrupted')),
            opened INTEGER NOT NULL, closed INTEGER, cancelled TEXT CHECK (cancelled IN ('agent', 'caller')),
            process INTEGER, processStart INTEGER, test INTEGER CHECK (test = 1)) STRICT;
        INSERT INTO newSession SELECT id, amount, currency, reference, state, opened, closed, NULL, NULL, NULL, NULL
            FROM session;
        DROP TABLE session;
        ALTER TABLE newSession RENAME TO session;
        CREATE INDEX unfinishedSession ON session (state) WHERE state IN ('open', 'unknown', 'void-failed');
        CREATE TABLE newAttempt (
            key TEXT NOT NULL PRIMARY KEY, session TEXT NOT NULL REFERENCES session, number INTEGER NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, reference TEXT,
            brand TEXT NOT NULL, lastFour TEXT NOT NULL CHECK (length(lastFour) <= 4), expiry TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('sending', 'approved', 'declined', 'rejected', 'not-taken', 'unknown')),
            gateway TEXT NOT NULL,
            payment TEXT, code TEXT, declineCode TEXT, securityCodeCheck TEXT, houseNumberCheck TEXT,
            postcodeCheck TEXT, sent INTEGER NOT NULL, answered INTEGER, process INTEGER NOT NULL,
            processStart INTEGER NOT NULL, token TEXT, test INTEGER CHECK (test = 1), UNIQUE (session, number)) STRICT;
        INSERT INTO newAttempt SELECT key, session, number, amount, currency, reference, brand, lastFour, expiry, state,
            gateway, payment, code, declineCode, securityCodeCheck, houseNumberCheck, postcodeCheck, sent, answered,
            process, processStart, token, NULL FROM attempt;
        DROP TABLE attempt;
        ALTER TABLE newAttempt RENAME TO attempt;
        CREATE INDEX attemptByReference ON attempt (reference);
        CREATE INDEX openAttempt ON attempt (state) WHERE state IN ('sending', 'unknown');
        """

    /// The same as the fourth, for the other two tables with states.
    private static let sixth = """
        CREATE TABLE newCharge (
            payment TEXT NOT NULL PRIMARY KEY, attempt TEXT NOT NULL UNIQUE REFERENCES attempt,
            amount INTEGER NOT NULL, currency TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('taken', 'voided', 'refunded', 'partly-refunded')),
            refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND amount), taken INTEGER NOT NULL) STRICT;
        INSERT INTO newCharge SELECT payment, attempt, amount, currency, state, refunded, taken FROM charge;
        DROP TABLE charge;
        ALTER TABLE newCharge RENAME TO charge;
        CREATE TABLE newRefund (
            key TEXT NOT NULL PRIMARY KEY, payment TEXT NOT NULL REFERENCES charge,
            amount INTEGER NOT NULL CHECK (amount > 0), isVoid INTEGER NOT NULL CHECK (isVoid IN (0, 1)),
            state TEXT NOT NULL CHECK (state IN ('sending', 'done', 'failed', 'unknown')), refund TEXT,
            asked INTEGER NOT NULL, answered INTEGER, gateway TEXT, process INTEGER, processStart INTEGER) STRICT;
        INSERT INTO newRefund SELECT key, payment, amount, isVoid, state, refund, asked, answered, gateway, process,
            processStart FROM refund;
        DROP TABLE refund;
        ALTER TABLE newRefund RENAME TO refund;
        CREATE INDEX refundByPayment ON refund (payment);
        CREATE INDEX openRefund ON refund (state) WHERE state IN ('sending', 'unknown');
        """
}
