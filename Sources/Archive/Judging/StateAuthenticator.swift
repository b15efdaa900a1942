internal import AtomicFiles
internal import Glibc
internal import Secrets
internal import TextFormats

/// The authentication code of every line of a state, and its key, in a file that only its owner can read.
///
/// A line is trusted only if it is complete and its code matches its text and the state's first line.
struct StateAuthenticator: Sendable {
    /// What a state file holds.
    struct Lines {
        /// Judgements by the names of their recordings.
        var judgements: [String: StoredJudgement] = [:]
        /// The trusted lines, each with its line feed.
        var whole: [[UInt8]] = []
        /// Number of lines that are not trusted.
        var damaged = 0
    }

    private let hash: HMAC
    private let head: [UInt8]
    private static let keyDigits = 64
    private static let end = UInt8(ascii: "\n")
    private static let tab = UInt8(ascii: "\t")

    /// The authenticator of a state whose first line is `head`. Its key is created at `keyPath` if it is missing or
    /// incomplete.
    init(keyPath: String, head: [UInt8]) throws(AtomicFileError) {
        self.head = head
        let file = try AppendOnlyFile(keyPath)
        if !file.isPrivate { throw AtomicFileError(path: keyPath, code: EPERM, step: .creating) }
        let text = try file.contents(limit: 1 << 12) ?? []
        let digits = text.last == Self.end ? text.dropLast() : text[...]
        guard let bytes = Hex.bytes(Array(digits) + (digits.count.isMultiple(of: 2) ? [] : [0x30])),
            digits.count <= Self.keyDigits
        else { throw AtomicFileError(path: keyPath, code: EILSEQ, step: .creating) }
        if text.count == Self.keyDigits + 1 {
            hash = HMAC(key: bytes)
            return
        }
        let key = SecureRandom.bytes(Self.keyDigits / 2)
        try file.clear()
        try file.append(Array(Hex.text(key).utf8) + [Self.end])
        hash = HMAC(key: key)
    }

    /// The state's line for `judgement`, with its line feed.
    func line(of judgement: StoredJudgement) -> [UInt8] {
        let text = Array(judgement.text.utf8)
        return text + [Self.tab] + code(of: text) + [Self.end]
    }

    /// Reads the lines after a state's first line.
    func read(_ bytes: ArraySlice<UInt8>) -> Lines {
        var lines = Lines()
        var rest = bytes
        while let end = rest.firstIndex(of: Self.end) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            guard let tab = line.lastIndex(of: Self.tab), Array(line[(tab + 1)...]) == code(of: line[..<tab]),
                let judgement = StoredJudgement(text: String(decoding: line[..<tab], as: UTF8.self)[...])
            else {
                lines.damaged += 1
                continue
            }
            lines.judgements[judgement.name] = judgement
            lines.whole.append(line + [Self.end])
        }
        if !rest.isEmpty { lines.damaged += 1 }
        return lines
    }

    /// The code of a line's text, in hexadecimal digits.
    func code(of text: some Collection<UInt8>) -> [UInt8] {
        Array(hash.hexadecimal(head + text).utf8)
    }
}
