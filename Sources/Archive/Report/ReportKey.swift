internal import AtomicFiles
internal import AudioIO
internal import CCrypto
internal import Glibc

/// An Ed25519 key (RFC 8032) that seals report summaries, in the PEM files that `openssl genpkey -algorithm ed25519`
/// makes.
package struct ReportKey: Sendable {
    private let path: String
    private let pem: [UInt8]

    /// The private or public key in the file at `path`.
    package init(path: String) throws(ReportError) {
        self.path = path
        do throws(AudioFileError) { pem = try WholeFile.read(path, limit: 1 << 16) } catch {
            throw .badKey(path: path, reason: error.reason)
        }
    }

    /// The private key at `path`. If it is missing, it is made there for its owner only, with the public key beside it.
    package static func privateKey(at path: String) throws(ReportError) -> ReportKey {
        if unsafe access(path.systemName, F_OK) != 0 { try make(at: path) }
        return try ReportKey(path: path)
    }

    /// The path of the public key that belongs to the key at `path`.
    package static func publicPath(of path: String) -> String { path + ".pub" }

    /// The signature of `message`, 64 bytes.
    func sign(_ message: [UInt8]) throws(ReportError) -> [UInt8] {
        guard let key = unsafe privateHandle() else { throw .badKey(path: path, reason: "it holds no private key") }
        defer { unsafe EVP_PKEY_free(key) }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1, length == 64
        else { throw .badKey(path: path, reason: "it is no Ed25519 key") }
        return signature
    }

    /// Whether `signature` is this key's of `message`.
    func verifies(_ signature: [UInt8], of message: [UInt8]) throws(ReportError) -> Bool {
        guard let key = unsafe publicHandle() ?? privateHandle() else {
            throw .badKey(path: path, reason: "it holds no key in PEM")
        }
        defer { unsafe EVP_PKEY_free(key) }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else {
            throw .badKey(path: path, reason: "it is no Ed25519 key")
        }
        return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private func privateHandle() -> OpaquePointer? {
        unsafe withMemory { unsafe PEM_read_bio_PrivateKey($0, nil, nil, nil) }
    }

    private func publicHandle() -> OpaquePointer? {
        unsafe withMemory { unsafe PEM_read_bio_PUBKEY($0, nil, nil, nil) }
    }

    private func withMemory(_ read: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
        unsafe pem.withUnsafeBytes { bytes in
            let memory = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
            defer { unsafe BIO_free(memory) }
            return unsafe read(memory)
        }
    }

    private static func make(at path: String) throws(ReportError) {
        let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_keygen(context, &key) == 1 else {
            throw .badKey(path: path, reason: "it cannot be made")
        }
        defer { unsafe EVP_PKEY_free(key) }
        let secret = unsafe text { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
        let open = unsafe text { unsafe PEM_write_bio_PUBKEY($0, key) }
        do throws(AudioFileError) { try WholeFile.makeFolder(PathBytes.folder(of: path)) } catch {
            throw .cannotWrite(path: path, reason: "its folder cannot be made")
        }
        do throws(AtomicFileError) {
            try AtomicFile.write(secret, to: path, permissions: .secret, target: .new)
            try AtomicFile.write(open, to: publicPath(of: path))
        } catch {
            // Another run made the key meanwhile; that key is used.
            if !error.isTaken { throw ReportError(error) }
        }
    }

    private static func text(_ write: (OpaquePointer?) -> Int32) -> [UInt8] {
        let memory = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(memory) }
        _ = unsafe write(memory)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe BIO_read(memory, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(Int(max(0, count))))
    }
}
