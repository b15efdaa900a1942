package import Codecs

/// What the payload types of a stream stand for.
package struct PayloadMap: Sendable, Hashable {
    /// What a payload holds.
    package enum Kind: Sendable, Hashable {
        /// Audio of 8,000 samples a second, a byte a sample.
        case audio(G711Law)
        /// Comfort noise (RFC 3389).
        case comfortNoise
        /// Telephone events (RFC 4733) with this clock, in Hz.
        case telephoneEvent(clockRate: Int)
        /// Nothing that was agreed on.
        case unknown
    }

    private var kinds = [Kind](repeating: .unknown, count: 128)

    package init(_ kinds: [UInt8: Kind] = [:]) {
        for (type, kind) in kinds { self[type] = kind }
    }

    /// The kind of payload type `type`, 0 to 127.
    package subscript(type: UInt8) -> Kind {
        get { kinds[Int(type & 0x7F)] }
        set { kinds[Int(type & 0x7F)] = newValue }
    }

    /// The audio with static types, which are agreed on without a line of their own (RFC 3551, section 6).
    package static let staticTypes: [UInt8: Kind] = [0: .audio(.mu), 8: .audio(.a), 13: .comfortNoise]
}
