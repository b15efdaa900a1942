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
            throw unsafe access(path.systemName, F_OK) == 0 ? .keyUnreadable(path: path) : .keyMissing(path: path)
        }
        let digits = text.filter { $0 > 0x20 }
        guard digits.count == 64, let key = KeyedHash.bytes(hexadecimal: digits) else {
            throw .keyUnreadable(path: path)
        }
        hash = KeyedHash(key: key)
    }

    /// Where the chain's end is noted.
    var headPath: String { headFile.path }

    /// The last end of the chain that was written down.
    var notedEnd: NotedEnd {
        guard let text = Self.read(headPath) else {
            return unsafe access(headPath.systemName, F_OK) == 0 ? .unreadable : .missing
        }
        // The whole line and nothing else, as it is written.
        let line = String(decoding: text, as: UTF8.self)
        return ChainEnd(line).flatMap { $0.text + "\n" == line ? NotedEnd.at($0) : nil } ?? .unreadable
    }

    /// Writes the end of the chain down. It may lag behind after a crash, which takes nothing from what it proves; after a loss of power
    /// it may be ahead by entries that had not come to the disk and that nobody was told of as lasting: a check then says that they are gone.
    func note(_ end: ChainEnd) { headFile.overwrite(Array((end.text + "\n").utf8)) }

    private static func read(_ path: String) -> [UInt8]? {
        let file = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 256)
        let count = unsafe Glibc.read(file, &text, text.count)
        return count < 0 ? nil : Array(text.prefix(count))
    }
}
