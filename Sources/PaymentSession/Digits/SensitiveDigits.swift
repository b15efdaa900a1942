public import DTMF
public import SecretProtocols

/// Digits that only the gateway may read.
///
/// They are in a buffer of a `SecretStore`. Each is masked with a random byte, so that a scan of memory finds no
/// sequence of digits while there is no reader. They are overwritten with zeros on ``erase()`` and at the end of the
/// value's scope. The type cannot be copied, described, encoded, compared or hashed.
///
/// Only `withDigits(_:)` gives the digits out. It needs `@_spi(GatewayDoor) import PaymentSession`. A test checks that
/// only the gateway's request body has that line.
public struct SensitiveDigits: ~Copyable, Sendable {
    /// Largest number of digits in one value.
    public static let capacity = 32

    // The buffer holds the masked digits, their masks and, during a read, the plain digits.
    private static let masks = 64
    private static let plain = 128
    private static let size = 192
    private var buffer: (any SecretBuffer)?
    /// Number of digits held.
    public private(set) var count = 0

    /// No digits.
    public init() { buffer = nil }

    /// Whether no digit is held.
    public var isEmpty: Bool { count == 0 }

    /// The result of adding a digit.
    public enum Appending: Sendable, Hashable {
        /// The digit is held.
        case held
        /// ``SensitiveDigits/capacity`` digits are held already. The new digit was not added.
        case full
        /// The store has no memory for it. The digit was not added.
        case memoryNotLocked
    }

    /// Adds the digit of `key`.
    ///
    /// - Parameters:
    ///   - key: `0` to `9`. Another key is a programming error.
    ///   - store: Provides the memory for the digits.
    public mutating func append(_ key: Key, in store: any SecretStore) -> Appending {
        guard let digit = key.digit else { preconditionFailure("only the keys 0 to 9 are digits") }
        guard count < Self.capacity else { return .full }
        if buffer == nil { buffer = Self.maskedBuffer(in: store) }
        guard let buffer else { return .memoryNotLocked }
        buffer[count] = (0x30 + digit) ^ buffer[Self.masks + count]
        count += 1
        return .held
    }

    /// A buffer that already has the masks of all digits, because each random word costs a call of the kernel.
    private static func maskedBuffer(in store: any SecretStore) -> (any SecretBuffer)? {
        guard let buffer = store.buffer(capacity: size) else { return nil }
        var source = SystemRandomNumberGenerator()
        for place in stride(from: masks, to: masks + capacity, by: 8) {
            let word: UInt64 = source.next()
            for byte in 0..<8 { buffer[place + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte)) }
        }
        return buffer
    }

    /// Overwrites every digit with zero and releases the memory.
    public mutating func erase() {
        buffer?.wipe(0..<Self.size)
        buffer = nil
        count = 0
    }

    /// Moves the digits to the returned value. This value is empty then.
    public mutating func take() -> SensitiveDigits {
        var taken = SensitiveDigits()
        swap(&taken, &self)
        return taken
    }

    /// Gives the digits to `body` as ASCII (`0`–`9`), first digit first, for as long as it runs.
    ///
    /// There is one reader at a time. A reader that copies the digits must erase the copy.
    @_spi(GatewayDoor)
    public borrowing func withDigits<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try withASCII(body)
    }

    /// Gives the digits as ASCII to this module's own checks.
    borrowing func withASCII<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        guard let buffer else { return try body(Span()) }
        let plain = Self.plain..<Self.plain + count
        for index in 0..<count { buffer[Self.plain + index] = buffer[index] ^ buffer[Self.masks + index] }
        defer { buffer.wipe(plain) }
        return try buffer.withBytes(in: plain, body)
    }
}
