public import DTMF
public import SecretProtocols

/// Digits that nobody but the gateway may read.
///
/// They lie in a buffer of a `SecretStore`, each masked with a random byte so that no scraper of memory finds a
/// sequence of digits while nobody reads them. They are overwritten with zeros on ``erase()`` and when the value goes
/// out of scope. The type cannot be copied, described, encoded, compared or hashed. Their one way out,
/// `withDigits(_:)`, needs `@_spi(GatewayDoor) import PaymentSession`; a test holds that only the gateway's request
/// body writes that line.
public struct SensitiveDigits: ~Copyable, Sendable {
    /// Most digits that one value holds.
    public static let capacity = 32

    // The buffer holds the masked digits, their masks and, while a reader is in, the plain digits.
    private static let masks = 64
    private static let plain = 128
    private static let size = 192
    private var buffer: (any SecretBuffer)?
    /// How many digits are held.
    public private(set) var count = 0

    /// No digits.
    public init() { buffer = nil }

    /// Whether no digit is held.
    public var isEmpty: Bool { count == 0 }

    /// What came of adding a digit.
    public enum Appending: Sendable, Hashable {
        /// The digit is held.
        case held
        /// ``SensitiveDigits/capacity`` digits are held already; this one is not.
        case full
        /// The store gives no memory; the digit is not held.
        case memoryNotLocked
    }

    /// Adds the digit of `key`.
    ///
    /// - Parameters:
    ///   - key: `0` to `9`; any other is a programming error.
    ///   - store: Holds the digits from the first one on.
    public mutating func append(_ key: Key, in store: any SecretStore) -> Appending {
        guard let digit = key.digit else { preconditionFailure("only the keys 0 to 9 are digits") }
        guard count < Self.capacity else { return .full }
        if buffer == nil { buffer = Self.maskedBuffer(in: store) }
        guard let buffer else { return .memoryNotLocked }
        buffer[count] = (0x30 + digit) ^ buffer[Self.masks + count]
        count += 1
        return .held
    }

    /// A buffer with the masks of all digits to come: each word of randomness is a call of the kernel.
    private static func maskedBuffer(in store: any SecretStore) -> (any SecretBuffer)? {
        guard let buffer = store.buffer(capacity: size) else { return nil }
        var source = SystemRandomNumberGenerator()
        for place in stride(from: masks, to: masks + capacity, by: 8) {
            let word: UInt64 = source.next()
            for byte in 0..<8 { buffer[place + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte)) }
        }
        return buffer
    }

    /// Overwrites every digit with zero and gives the memory back.
    public mutating func erase() {
        buffer?.wipe(0..<Self.size)
        buffer = nil
        count = 0
    }

    /// The digits moved out; none are left behind.
    public mutating func take() -> SensitiveDigits {
        var taken = SensitiveDigits()
        swap(&taken, &self)
        return taken
    }

    /// The one door out: `body` sees the digits as ASCII (`0`–`9`), first digit first, for as long as it runs.
    ///
    /// One reader at a time; whoever copies them answers for the copy's erasure.
    @_spi(GatewayDoor)
    public borrowing func withDigits<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try withASCII(body)
    }

    /// What this module's own checks look through: the digits as ASCII.
    borrowing func withASCII<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        guard let buffer else { return try body(Span()) }
        let plain = Self.plain..<Self.plain + count
        for index in 0..<count { buffer[Self.plain + index] = buffer[index] ^ buffer[Self.masks + index] }
        defer { buffer.wipe(plain) }
        return try buffer.withBytes(in: plain, body)
    }
}
