public import DTMF

/// Digits that nobody but the gateway may read.
///
/// They lie in memory that is locked, left out of core dumps and not inherited by a child process, each masked with a
/// random byte so that no scraper of memory finds a sequence of digits while nobody reads them. They are overwritten
/// with zeros on ``erase()`` and when the value goes out of scope. The type cannot be copied, described, encoded,
/// compared or hashed. Their one way out, `withDigits(_:)`, needs `@_spi(GatewayDoor) import PaymentSession`; a test
/// holds that only the gateway's request body writes that line.
@safe
public struct SensitiveDigits: ~Copyable, @unchecked Sendable {
    /// Most digits that one value holds.
    public static let capacity = 32

    // The page holds the masked digits, their masks and, while a reader is in, the plain digits.
    private static let masks = 64
    private static let plain = 128
    private var page: UnsafeMutableRawPointer?
    /// How many digits are held.
    public private(set) var count = 0

    /// No digits; memory is locked when the first one comes.
    public init() { unsafe page = nil }

    deinit {
        if let page = unsafe page { unsafe LockedPage.giveBack(page) }
    }

    /// Whether no digit is held.
    public var isEmpty: Bool { count == 0 }

    /// What came of adding a digit.
    public enum Appending: Sendable, Hashable {
        /// The digit is held.
        case held
        /// ``SensitiveDigits/capacity`` digits are held already; this one is not.
        case full
        /// The kernel would not lock memory (`RLIMIT_MEMLOCK`); the digit is not held.
        case memoryNotLocked
    }

    /// Adds the digit of `key`; precondition: the key is `0`–`9`.
    public mutating func append(_ key: Key) -> Appending {
        guard let digit = key.digit else { preconditionFailure("only the keys 0 to 9 are digits") }
        guard count < Self.capacity else { return .full }
        if unsafe page == nil { unsafe page = Self.maskedPage() }
        guard let page = unsafe page else { return .memoryNotLocked }
        let mask = unsafe page.load(fromByteOffset: Self.masks + count, as: UInt8.self)
        unsafe page.storeBytes(of: (0x30 + digit) ^ mask, toByteOffset: count, as: UInt8.self)
        count += 1
        return .held
    }

    /// A page with the masks of all digits to come: each word of randomness is a call of the kernel.
    private static func maskedPage() -> UnsafeMutableRawPointer? {
        guard let page = unsafe LockedPage.take() else { return nil }
        var source = SystemRandomNumberGenerator()
        for place in stride(from: masks, to: masks + capacity, by: 8) {
            unsafe page.storeBytes(of: source.next(), toByteOffset: place, as: UInt64.self)
        }
        return unsafe page
    }

    /// Overwrites every digit with zero and gives the page back.
    public mutating func erase() {
        if let page = unsafe page { unsafe LockedPage.giveBack(page) }
        unsafe page = nil
        count = 0
    }

    /// The digits moved out; none are left behind.
    public mutating func take() -> SensitiveDigits {
        var taken = SensitiveDigits()
        unsafe taken.page = page
        taken.count = count
        unsafe page = nil
        count = 0
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
        guard let page = unsafe page else { return try body(Span()) }
        for index in 0..<count {
            let masked = unsafe page.load(fromByteOffset: index, as: UInt8.self)
            let mask = unsafe page.load(fromByteOffset: Self.masks + index, as: UInt8.self)
            unsafe page.storeBytes(of: masked ^ mask, toByteOffset: Self.plain + index, as: UInt8.self)
        }
        defer { unsafe LockedPage.wipe(page + Self.plain, count) }
        let bytes = unsafe UnsafeRawBufferPointer(start: page + Self.plain, count: count).bindMemory(to: UInt8.self)
        return try unsafe body(bytes.span)
    }
}
