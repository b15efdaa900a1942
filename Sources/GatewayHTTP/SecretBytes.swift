@_spi(GatewayDoor) package import PaymentSession
package import Secrets

/// The bytes of a request's body, in locked memory.
///
/// This is the only place that reads card digits: it copies them from their own locked pages. A writer on top of it
/// gives the body its format (a form, JSON).
package struct SecretBytes: Sendable {
    /// `nil` if the system cannot lock memory. Nothing is written then, and a request with such a body is not sent.
    package let buffer: LockedBuffer?

    package init(buffer: LockedBuffer? = LockedBuffer(capacity: 4096)) { self.buffer = buffer }

    /// Whether nothing has been written yet.
    package var isEmpty: Bool { buffer.map { $0.count == 0 } ?? true }

    package func append(_ byte: UInt8) { buffer?.append(byte) }

    package func append(_ bytes: Span<UInt8>) { buffer?.append(bytes) }

    /// Adds digits in ASCII.
    package func append(_ digits: borrowing SensitiveDigits) { digits.withDigits { buffer?.append($0) } }

    /// Overwrites all of it with zeros.
    package func wipe() { buffer?.wipe() }
}
