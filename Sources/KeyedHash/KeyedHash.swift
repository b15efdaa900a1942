internal import CCrypto
internal import Synchronization

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
        Self.hexadecimal(code(message))
    }

    /// Bytes in lower-case hexadecimal, two digits each.
    public static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that hexadecimal digits of either case stand for; `nil` where they are none, or an odd number.
    public static func bytes(hexadecimal digits: [UInt8]) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        let values = digits.map { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: values.count, by: 2) {
            guard let high = values[index], let low = values[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
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
