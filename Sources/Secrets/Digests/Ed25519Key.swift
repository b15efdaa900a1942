internal import CCrypto

/// An Ed25519 key (RFC 8032) in PEM, in the form of `openssl genpkey -algorithm ed25519`.
package struct Ed25519Key: Sendable {
    /// Why a key cannot be used.
    package enum Fault: Error {
        case notPEM
        case notPrivate
        case notEd25519
        case notMade
    }

    private let pem: [UInt8]

    /// The private or public key in `pem`. It is checked when it is used.
    package init(pem: [UInt8]) { self.pem = pem }

    /// Generates a private key and its public key, in PEM.
    package static func make() throws(Fault) -> (secret: [UInt8], open: [UInt8]) {
        let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_keygen(context, &key) == 1 else {
            throw .notMade
        }
        defer { unsafe EVP_PKEY_free(key) }
        return unsafe (
            text { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) },
            text { unsafe PEM_write_bio_PUBKEY($0, key) }
        )
    }

    /// The signature of `message`, 64 bytes.
    package func sign(_ message: [UInt8]) throws(Fault) -> [UInt8] {
        guard let key = unsafe privateHandle() else { throw .notPrivate }
        defer { unsafe EVP_PKEY_free(key) }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1, length == 64
        else { throw .notEd25519 }
        return signature
    }

    /// Whether `signature` is a signature of `message` by this key.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) throws(Fault) -> Bool {
        guard let key = unsafe publicHandle() ?? privateHandle() else { throw .notPEM }
        defer { unsafe EVP_PKEY_free(key) }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { throw .notEd25519 }
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

    private static func text(_ write: (OpaquePointer?) -> Int32) -> [UInt8] {
        let memory = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(memory) }
        _ = unsafe write(memory)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe BIO_read(memory, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(Int(max(0, count))))
    }
}
