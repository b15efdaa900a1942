internal import CCrypto

/// The HMAC-SHA256 of messages under one secret key (RFC 2104, FIPS 180-4).
///
/// Everything here that could be guessed by trying, such as a card number, is hashed with a key only (PCI DSS 3.5.1.1).
public struct KeyedHash: Sendable {
    private let key: [UInt8]

    /// A hash under the given key of any length; 32 bytes or more of randomness are wanted.
    public init(key: [UInt8]) {
        self.key = key
    }

    /// A hash under 32 fresh random bytes.
    public init() {
        key = Self.randomBytes(32)
    }

    /// Thirty-two bytes of authentication code of `message`.
    public func code(_ message: some Sequence<UInt8>) -> [UInt8] {
        let message = Array(message)
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, &length)
        return digest
    }

    /// The code of `message` in 64 lower-case hexadecimal digits.
    public func hexadecimal(_ message: some Sequence<UInt8>) -> String {
        Self.hexadecimal(code(message))
    }

    /// Bytes in lower-case hexadecimal, two digits each.
    public static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Random bytes of libcrypto's generator, seeded by the kernel.
    public static func randomBytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let made = unsafe RAND_bytes(&bytes, Int32(count))
        precondition(made == 1, "the kernel gives no randomness")
        return bytes
    }
}
