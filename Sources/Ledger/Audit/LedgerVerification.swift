internal import SecretProtocols

/// A deviation of a ledger from what was written.
package enum LedgerFinding: Sendable, Hashable {
    /// The audit entry with this number was changed, or is in the place of another.
    case changed(sequence: Int)
    /// The audit entry with this number cannot be proved, because the previous one was changed or is missing.
    case unproved(sequence: Int)
    /// The audit entries with these numbers are missing.
    case missing(ClosedRange<Int>)
    /// The log ends at `last`, but had at least `expected` entries.
    case cutShort(last: Int, expected: Int)
    /// The row differs from the audit log's last entry about it.
    case rowChanged(resource: String)
    /// A row in the audit log is missing.
    case rowMissing(resource: String)
    /// The audit log does not mention this row.
    case rowUnknown(resource: String)
    /// The file cannot be read to its end, in SQLite's words.
    case damaged(reason: String)
    /// The file with the chain's head is missing. The log may have been cut short, or may be an older copy.
    case headMissing(path: String)
    /// The file with the chain's head is empty or holds something else.
    case headUnreadable(path: String)
    /// When the entry with this number was written, the chain's stored head was missing, unreadable or of another
    /// chain; see `how`.
    case headLost(sequence: Int, how: String)
    /// A table, index, trigger or view differs from what this program creates.
    case schemaChanged(kind: String, name: String)
    /// This program does not create such a table, index, trigger or view.
    case schemaUnknown(kind: String, name: String)
    /// A table, index, trigger or view is missing.
    case schemaMissing(kind: String, name: String)
    /// A newer version of this program has changed the tables, so this version cannot judge them.
    case schemaNewer
}

/// The result of checking a ledger.
package struct LedgerVerification: Sendable, Hashable {
    /// Number of audit entries read.
    package var entries = 0
    /// The end of the chain.
    package var end: ChainHead?
    /// The deviations; empty if the ledger is unchanged.
    package var findings: [LedgerFinding] = []
}

extension Ledger {
    /// Checks the chain from its first entry to its last, every row against its last entry, and the schema.
    ///
    /// - Parameter heads: Heads that were kept elsewhere. A head overrules an earlier entry about a lost head.
    package func verify(against heads: [ChainHead] = []) -> LedgerVerification {
        var result = LedgerVerification()
        guard let key else {
            result.findings = [.damaged(reason: "it was opened without its key")]
            return result
        }
        // This comes before the log is read, because other processes store a head after they have written.
        let lastSaved = key.headStore.lastSaved
        do {
            result = try store.read { reader in
                var result = LedgerVerification()
                var mentioned: [String: String] = [:]
                // An error ends one check and not the others.
                func collect(_ work: () throws -> Void) {
                    do { try work() } catch { result.findings.append(.damaged(reason: Self.failure(error).reason)) }
                }
                collect { try checkChain(reader, key, lastSaved, heads, &result, &mentioned) }
                collect { try checkRows(reader, mentioned, &result) }
                return result
            }
            result.findings += store.findings()
        } catch {
            result.findings.append(.damaged(reason: Self.failure(error).reason))
        }
        return result
    }

    private func checkChain(
        _ reader: any LedgerReader, _ key: AuditKey, _ lastSaved: StoredChainHead, _ heads: [ChainHead],
        _ result: inout LedgerVerification, _ mentioned: inout [String: String]
    ) throws {
        switch lastSaved {
        case .at: break
        case .missing: result.findings.append(.headMissing(path: key.headStore.name))
        case .unreadable: result.findings.append(.headUnreadable(path: key.headStore.name))
        }
        let ends = heads + (lastSaved.end.map { [$0] } ?? [])
        let settled = heads.map(\.sequence).max() ?? 0
        var chain = ChainVerifier(hash: key.hash, ends: ends)
        try reader.each(of: AuditEntry.shape) { row in
            result.entries += 1
            let sequence = try row.number(0)
            let entry = try? AuditEntry(row)
            result.findings += chain.findings(at: sequence, entry, code: try? row.bytes(8))
            if let entry, sequence > settled, let how = StoredChainHead.loss(loggedAs: entry.action) {
                result.findings.append(.headLost(sequence: sequence, how: how))
            }
            if let entry, sequence > 0 { mentioned[entry.resource] = entry.detail }
        }
        result.findings += chain.findingsAtHead()
        result.end = try reader.chainHead()
    }

    private func checkRows(
        _ reader: any LedgerReader, _ mentioned: [String: String], _ result: inout LedgerVerification
    ) throws {
        var unmentioned = mentioned
        func check<Record: LedgerRow>(_ type: Record.Type) throws {
            let table = Record.shape.table
            try reader.each(of: Record.shape) { row in
                guard let record = try? Record(row) else {
                    let resource = table + (row.keyText.map { "/" + $0 } ?? "")
                    unmentioned[resource] = nil
                    result.findings.append(.rowChanged(resource: resource))
                    return
                }
                let resource = record.resource
                switch unmentioned.removeValue(forKey: resource) {
                case nil: result.findings.append(.rowUnknown(resource: resource))
                case let detail? where detail != record.json: result.findings.append(.rowChanged(resource: resource))
                default: break
                }
            }
        }
        try check(LedgerIdentity.self)
        try check(SessionRecord.self)
        try check(RecordedAttempt.self)
        try check(ChargeRecord.self)
        try check(RefundRecord.self)
        try check(ReceiptRecord.self)
        let tables = RowShape.all.dropLast().map { $0.table + "/" }
        for resource in unmentioned.keys.sorted() where tables.contains(where: resource.hasPrefix) {
            result.findings.append(.rowMissing(resource: resource))
        }
    }
}
