/// The authentication codes of messages under one secret key (HMAC-SHA256, RFC 2104).
public protocol KeyedDigest: Sendable {
    /// The code of `message`, 32 bytes.
    func code(_ message: [UInt8]) -> [UInt8]
}
