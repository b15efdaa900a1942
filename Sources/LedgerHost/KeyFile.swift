internal import AtomicFiles
internal import Glibc
internal import Secrets
package import Ledger
internal import TextFormats

/// The key of an audit log in a file, and the stored head of the chain in a second file, for any store.
package enum KeyFile {
    /// The key at `path`, with its stored head in `PATH.head`.
    ///
    /// - Throws: ``LedgerError/keyMissing(path:)`` if the ledger exists without its key,
    ///   ``LedgerError/keyUnreadable(path:)``.
    package static func read(_ path: String) throws(LedgerError) -> AuditKey {
        guard let text = bytes(of: path) else {
            throw unsafe access(path.systemName, F_OK) == 0 ? .keyUnreadable(path: path) : .keyMissing(path: path)
        }
        let digits = text.filter { $0 > 0x20 }
        guard digits.count == 64, let key = Hex.bytes(digits) else {
            throw .keyUnreadable(path: path)
        }
        return AuditKey(HMAC(key: key), headStore: HeadFile(path + ".head"))
    }

    /// Creates a new key at `path`, readable by its owner only.
    package static func make(_ path: String) throws(LedgerError) {
        do throws(AtomicFileError) {
            let text = Hex.text(SecureRandom.bytes(32)) + "\n"
            try AtomicFile.write(text, to: path, permissions: .secret)
        } catch {
            throw .cannotOpen(path: path, StoreFailure(error.reason))
        }
    }

    /// The first bytes of a small file; `nil` if it cannot be read.
    fileprivate static func bytes(of path: String) -> [UInt8]? {
        let file = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 256)
        let count = unsafe Glibc.read(file, &text, text.count)
        return count < 0 ? nil : Array(text.prefix(count))
    }
}

/// The file with the stored head of a chain.
private final class HeadFile: ChainHeadStore {
    private let file: PersistentFile

    init(_ path: String) { file = PersistentFile(path) }

    var name: String { file.path }

    var lastSaved: StoredChainHead {
        guard let text = KeyFile.bytes(of: file.path) else {
            return unsafe access(file.path.systemName, F_OK) == 0 ? .unreadable : .missing
        }
        // The file must hold exactly this line.
        let line = String(decoding: text, as: UTF8.self)
        return ChainHead(line).flatMap { $0.text + "\n" == line ? StoredChainHead.at($0) : nil } ?? .unreadable
    }

    func save(_ end: ChainHead) { file.overwrite(Array((end.text + "\n").utf8)) }
}
