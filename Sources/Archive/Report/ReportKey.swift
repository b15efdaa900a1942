internal import AtomicFiles
internal import AudioIO
internal import Glibc
internal import Secrets

/// An Ed25519 key (RFC 8032) that signs report summaries. Its PEM files are those of `openssl genpkey -algorithm
/// ed25519`.
package struct ReportKey: Sendable {
    private let path: String
    private let key: Ed25519Key

    /// The private or public key in the file at `path`.
    package init(path: String) throws(ReportError) {
        self.path = path
        do throws(AudioFileError) { key = Ed25519Key(pem: try WholeFile.read(path, limit: 1 << 16)) } catch {
            throw .badKey(path: path, reason: error.reason)
        }
    }

    /// The private key at `path`. If it is missing, it is created for its owner only, with the public key beside it.
    package static func privateKey(at path: String) throws(ReportError) -> ReportKey {
        if unsafe access(path.systemName, F_OK) != 0 { try make(at: path) }
        return try ReportKey(path: path)
    }

    /// The path of the public key that belongs to the key at `path`.
    package static func publicPath(of path: String) -> String { path + ".pub" }

    /// The signature of `message`, 64 bytes.
    func sign(_ message: [UInt8]) throws(ReportError) -> [UInt8] {
        do throws(Ed25519Key.Fault) { return try key.sign(message) } catch { throw .badKey(path: path, error) }
    }

    /// Whether `signature` is a signature of `message` by this key.
    func verifies(_ signature: [UInt8], of message: [UInt8]) throws(ReportError) -> Bool {
        do throws(Ed25519Key.Fault) { return try key.verifies(signature, of: message) } catch {
            throw .badKey(path: path, error)
        }
    }

    private static func make(at path: String) throws(ReportError) {
        let made: (secret: [UInt8], open: [UInt8])
        do throws(Ed25519Key.Fault) { made = try Ed25519Key.make() } catch { throw .badKey(path: path, error) }
        do throws(AudioFileError) { try WholeFile.makeFolder(PathBytes.folder(of: path)) } catch {
            throw .cannotWrite(path: path, reason: "its folder cannot be made")
        }
        do throws(AtomicFileError) {
            try AtomicFile.write(made.secret, to: path, permissions: .secret, target: .new)
            try AtomicFile.write(made.open, to: publicPath(of: path))
        } catch {
            // Another run has created the key meanwhile, and that key is used.
            if !error.isTaken { throw ReportError(error) }
        }
    }
}

extension ReportError {
    fileprivate static func badKey(path: String, _ fault: Ed25519Key.Fault) -> ReportError {
        let reason =
            switch fault {
            case .notPEM: "it holds no key in PEM"
            case .notPrivate: "it holds no private key"
            case .notEd25519: "it is no Ed25519 key"
            case .notMade: "it cannot be made"
            }
        return .badKey(path: path, reason: reason)
    }
}
