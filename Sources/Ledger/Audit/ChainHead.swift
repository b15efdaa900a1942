internal import TextFormats

/// The end of a chain: the number and the code of its last entry. Kept elsewhere, it proves later that no earlier entry
/// was changed or cut off.
package struct ChainHead: Sendable, Hashable {
    /// 0 if the log is empty.
    package var sequence: Int
    package var code: [UInt8]

    package init(sequence: Int, code: [UInt8]) {
        self.sequence = sequence
        self.code = code
    }

    /// The end of an empty chain.
    package static let beginning = ChainHead(sequence: 0, code: AuditEntry.beginning)

    /// Reads a head at the beginning of `line`: a number and 64 hexadecimal digits, or `nil`.
    package init?(_ line: some StringProtocol) {
        let parts = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard parts.count >= 2, let sequence = Int(parts[0]), sequence >= 0, parts[1].utf8.count == 64,
            let code = Hex.bytes(Array(parts[1].utf8))
        else { return nil }
        self.init(sequence: sequence, code: code)
    }

    /// The number with leading zeros and the code in hexadecimal digits. The length is always the same.
    package var text: String {
        padded(sequence, 19) + " " + Hex.text(code)
    }
}

/// The content of the head file beside a ledger.
package enum StoredChainHead: Sendable, Hashable {
    case at(ChainHead)
    /// There is no such file.
    case missing
    /// The file is empty, or holds something else.
    case unreadable
}

extension StoredChainHead {
    var end: ChainHead? { if case .at(let end) = self { end } else { nil } }

    /// The audit log's word for a head that cannot be compared with the log; `nil` if it can be compared.
    func loss(in reader: any LedgerReader) throws -> (action: String, detail: String)? {
        switch self {
        case .missing: return (Self.missingWord, "{}")
        case .unreadable: return (Self.unreadableWord, "{}")
        case .at(let end):
            let code = try reader.row(.number(end.sequence), of: AuditEntry.shape)?.bytes(8)
            let isThere = end.sequence == 0 ? end.code == AuditEntry.beginning : code == end.code
            return isThere ? nil : (Self.otherWord, "{\"end\":\"\(end.text)\"}")
        }
    }

    private static let missingWord = "end.missing"
    private static let unreadableWord = "end.unreadable"
    private static let otherWord = "end.of-another-chain"

    /// The meaning of an entry with this action, in words; `nil` for other actions.
    static func loss(loggedAs action: String) -> String? {
        switch action {
        case missingWord: "missing"
        case unreadableWord: "unreadable"
        case otherWord: "of another or a longer chain"
        default: nil
        }
    }
}
