internal import PaymentSession
internal import TextFormats

/// A gateway's identifier of a payment, refund or other object: 1 to 255 letters, digits, `_` and `-`.
///
/// It is written to the ledger, logs, events and the screen, so one that may hold a card number is refused.
package struct GatewayName: Sendable, Hashable {
    package let text: String

    package init?(_ text: String?) {
        guard let text, (1...255).contains(text.utf8.count), text.utf8.allSatisfy(Self.isPlain),
            !text.mayHoldCardNumber
        else { return nil }
        self.text = text
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Any identifier, percent-encoded as one path segment.
    package static func pathPart(_ name: String) -> String {
        name.utf8.map { byte in
            isPlain(byte)
                ? String(UnicodeScalar(byte)) : Hex.percentEncoded(byte)
        }.joined()
    }
}
