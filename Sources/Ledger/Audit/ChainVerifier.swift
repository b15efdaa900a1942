internal import SecretProtocols

/// Checks a chain from its first entry to its last.
struct ChainVerifier {
    private let hash: any KeyedDigest
    /// Stored codes of entries, by the entries' numbers.
    private let lastSaved: [Int: [[UInt8]]]
    /// The last entry's number.
    private var last = 0
    /// The possible codes of the last entry when it was written: the one in the row, and the computed ones.
    private var codes = [AuditEntry.beginning]
    /// Whether the last entry is proved to be unchanged.
    private var isProved = true

    /// Largest number of codes tried after a changed entry.
    private static let mostCodes = 6

    /// - Parameter ends: Earlier ends of the chain.
    init(hash: any KeyedDigest, ends: [ChainHead]) {
        self.hash = hash
        lastSaved = Dictionary(grouping: ends, by: \.sequence).mapValues { $0.map(\.code) }
    }

    /// Checks the next number of the log.
    ///
    /// - Parameters:
    ///   - sequence: The number.
    ///   - entry: The entry; `nil` if it cannot be read.
    ///   - code: Its code; `nil` if it cannot be read.
    mutating func findings(at sequence: Int, _ entry: AuditEntry?, code: [UInt8]?) -> [LedgerFinding] {
        // A change never writes such a number.
        guard sequence > last else { return [.changed(sequence: sequence)] }
        var findings: [LedgerFinding] = []
        if sequence > last + 1 {
            findings.append(.missing(last + 1...sequence - 1))
            codes = []
            isProved = false
        }
        last = sequence
        guard let entry, let code else {
            codes = code.map { [$0] } ?? []
            isProved = false
            return findings + [.changed(sequence: sequence)]
        }
        let expected = codes.map { entry.expectedCode(after: $0, hash: hash) }
        let isWhole = expected.contains(code)
        let differsFromSaved = lastSaved[sequence]?.contains { $0 != code } ?? false
        if differsFromSaved || !isWhole && isProved {
            findings.append(.changed(sequence: sequence))
        } else if !isWhole {
            findings.append(.unproved(sequence: sequence))
        }
        codes = isWhole ? [code] : Array(([code] + expected).prefix(Self.mostCodes))
        isProved = isWhole
        return findings
    }

    /// Checks what should follow the last entry.
    func findingsAtHead() -> [LedgerFinding] {
        guard let expected = lastSaved.keys.max(), expected > last else { return [] }
        return [.cutShort(last: last, expected: expected)]
    }
}
