internal import CCrypto
internal import Synchronization
internal import TextFormats

/// The HMAC-SHA256 of messages under one secret key (RFC 2104, FIPS 180-4).
///
/// Everything here that could be guessed by trying, such as a card number, is hashed with a key only (PCI DSS 3.5.1.1).
public struct KeyedHash: Sendable {
    private let prepared: PreparedKey

    /// A hash under the given key of any length; 32 bytes or more of randomness are wanted.
    public init(key: [UInt8]) {
        prepared = PreparedKey(key)
    }

    /// A hash under 32 fresh random bytes.
    public init() {
        prepared = PreparedKey(Self.randomBytes(32))
    }

    /// Thirty-two bytes of authentication code of `message`.
    public func code(_ message: some Sequence<UInt8>) -> [UInt8] {
        prepared.code(Array(message))
    }

    /// The code of `message` in 64 lower-case hexadecimal digits.
    public func hexadecimal(_ message: some Sequence<UInt8>) -> String {
        Hex.text(code(message))
    }

    /// Random bytes of libcrypto's generator, seeded by the kernel.
    public static func randomBytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let made = unsafe RAND_bytes(&bytes, Int32(count))
        precondition(made == 1, "the kernel gives no randomness")
        return bytes
    }
}

/// A key that is worked through once, for many messages one after another.
private final class PreparedKey: Sendable {
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
