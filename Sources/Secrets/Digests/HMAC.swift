internal import CCrypto
internal import SecretProtocols
internal import Synchronization
internal import TextFormats

/// HMAC-SHA256 under one secret key (RFC 2104, FIPS 180-4).
///
/// Everything here that could be guessed by trying, such as a card number, is hashed with a key only (PCI DSS 3.5.1.1).
package struct HMAC: KeyedDigest {
    private let context: KeyedContext

    /// Codes under the given key of any length; 32 bytes or more of randomness are wanted.
    package init(key: [UInt8]) { context = KeyedContext(key) }

    /// Codes under 32 fresh random bytes.
    package init() { self.init(key: SecureRandom.bytes(32)) }

    package func code(_ message: [UInt8]) -> [UInt8] { context.code(message) }

    /// The code of `message` in 64 lower-case hexadecimal digits.
    package func hexadecimal(_ message: some Sequence<UInt8>) -> String { Hex.text(code(Array(message))) }
}

/// libcrypto's context of a key, which is worked through once for many messages, one after another.
private final class KeyedContext: Sendable {
    @safe private struct Context: @unchecked Sendable {
        let pointer: OpaquePointer
    }
    private let context: Mutex<Context>

    init(_ key: [UInt8]) {
        guard let pointer = unsafe ccrypto_hmac_sha256(key, key.count) else { preconditionFailure("no HMAC-SHA256") }
        context = unsafe Mutex(Context(pointer: pointer))
    }

    deinit { context.withLock { unsafe EVP_MAC_CTX_free($0.pointer) } }

    func code(_ message: [UInt8]) -> [UInt8] {
        context.withLock { context in
            var code = [UInt8](repeating: 0, count: 32)
            var length = 0
            // Without a key, it begins anew under the one it has.
            let isMade =
                unsafe EVP_MAC_init(context.pointer, nil, 0, nil) == 1
                && EVP_MAC_update(context.pointer, message, message.count) == 1
                && EVP_MAC_final(context.pointer, &code, &length, code.count) == 1
            precondition(isMade && length == code.count, "no HMAC-SHA256")
            return code
        }
    }
}
