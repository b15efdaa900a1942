internal import AtomicFiles
internal import Glibc
internal import KeyedHash

/// The secret of the chain and the chain's last known end, in two files beside the ledger.
///
/// Keep them where who can write the ledger cannot write: they are what makes a change of the log visible.
struct AuditKey: Sendable {
    let hash: KeyedHash
    private let headFile: HeldFile

    /// The key at `path`.
    ///
    /// - Throws: ``LedgerError/keyMissing(path:)`` where the ledger is there without its key, ``LedgerError/keyUnreadable(path:)``.
    init(path: String) throws(LedgerError) {
        headFile = HeldFile(path + ".head")
        guard let text = Self.read(path) else {
            throw unsafe access(path, F_OK) == 0 ? .keyUnreadable(path: path) : .keyMissing(path: path)
        }
        let digits = text.filter { $0 > 0x20 }
        guard digits.count == 64, let key = bytes(hexadecimal: digits) else { throw .keyUnreadable(path: path) }
        hash = KeyedHash(key: key)
    }

    /// The last end of the chain that was written down; `nil` where none was.
    var head: (sequence: Int, code: [UInt8])? {
        guard let text = Self.read(headFile.path) else { return nil }
        let parts = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, let sequence = Int(parts[0]), let code = bytes(hexadecimal: Array(parts[1].utf8)) else {
            return nil
        }
        return (sequence, code)
    }

    /// Writes the end of the chain down. It may lag behind after a crash, which takes nothing from what it proves; after a loss of power
    /// it may be ahead by entries that had not come to the disk and that nobody was told of as lasting: a check then says that they are gone.
    func setHead(_ sequence: Int, _ code: [UInt8]) {
        let number = String(sequence)
        let padded = String(repeating: "0", count: max(0, 19 - number.count)) + number
        let line = Array((padded + " " + KeyedHash.hexadecimal(code) + "\n").utf8)
        headFile.overwrite(line)
    }

    private static func read(_ path: String) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 256)
        let count = unsafe Glibc.read(file, &text, text.count)
        return count < 0 ? nil : Array(text.prefix(count))
    }
}

/// The bytes that an even number of hexadecimal digits stand for.
private func bytes(hexadecimal digits: [UInt8]) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
            return nil
        }
        bytes.append(byte)
    }
    return bytes
}
