internal import CCrypto
internal import SecretProtocols
internal import Synchronization
internal import TextFormats

/// HMAC-SHA256 under one secret key (RFC 2104, FIPS 180-4).
///
/// Values that could be guessed by trying, such as card numbers, are hashed only with a key (PCI DSS 3.5.1.1).
package struct HMAC: KeyedDigest {
    private let context: KeyedContext

    /// Codes with the given key of any length. It should have 32 random bytes or more.
    package init(key: [UInt8]) { context = KeyedContext(key) }

    /// Codes with 32 new random bytes as key.
    package init() { self.init(key: SecureRandom.bytes(32)) }

    package func code(_ message: [UInt8]) -> [UInt8] { context.code(message) }

    /// The code of `message` in 64 lower-case hexadecimal digits.
    package func hexadecimal(_ message: some Sequence<UInt8>) -> String { Hex.text(code(Array(message))) }
}

/// libcrypto's context of a key. The key is processed once for many successive messages.
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
            // Without a key argument, it starts again with the key that it has.
            let isMade =
                unsafe EVP_MAC_init(context.pointer, nil, 0, nil) == 1
                && EVP_MAC_update(context.pointer, message, message.count) == 1
                && EVP_MAC_final(context.pointer, &code, &length, code.count) == 1
            precondition(isMade && length == code.count, "no HMAC-SHA256")
            return code
        }
    }
}
