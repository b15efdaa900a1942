internal import CCrypto

/// The SHA-256 (FIPS 180-4) of bytes that are added in pieces.
@safe package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    package init() {
        guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("no SHA-256")
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds the first `count` of `bytes`.
    package mutating func add(_ bytes: [UInt8], count: Int) {
        let isAdded = unsafe EVP_DigestUpdate(context, bytes, min(count, bytes.count)) == 1
        precondition(isAdded, "no SHA-256")
    }

    /// The digest of all added bytes, 32 bytes.
    package consuming func digest() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let isMade = unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1
        precondition(isMade, "no SHA-256")
        return digest
    }

    /// The digest of `bytes`, 32 bytes.
    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.add(bytes, count: bytes.count)
        return hash.digest()
    }
}
