package import DTMF

/// A telephone-event payload of four bytes (RFC 4733, section 2.3).
package struct TelephoneEventPayload: Sendable, Hashable {
    /// The DTMF key; `nil` for an event of another kind, such as a flash or a modem's tone.
    package var key: Key?
    package var isEnd: Bool
    /// Level of the tone in dB below 0 dBm0, 0 to 63.
    package var volume: UInt8
    /// Duration so far, in units of the event's clock.
    package var duration: UInt16

    package static let length = 4
    /// The keys in the order of their event codes (RFC 4733, section 3.2).
    private static let keys: [Key] = "0123456789*#ABCD".compactMap { Key($0) }

    package init(_ key: Key, isEnd: Bool, volume: UInt8, duration: UInt16) {
        (self.key, self.isEnd, self.volume, self.duration) = (key, isEnd, volume & 0x3F, duration)
    }

    /// The event at the beginning of `payload`; `nil` if the payload is too short.
    package init?(_ payload: Span<UInt8>) {
        guard payload.count >= Self.length else { return nil }
        key = Int(payload[0]) < Self.keys.count ? Self.keys[Int(payload[0])] : nil
        isEnd = payload[1] & 0x80 != 0
        volume = payload[1] & 0x3F
        duration = payload.bigEndian16(at: 2)
    }

    /// The payload of a key; `nil` for an event of another kind.
    package var bytes: [UInt8]? {
        guard let key, let code = Self.keys.firstIndex(of: key) else { return nil }
        return [UInt8(code), (isEnd ? 0x80 : 0) | volume, UInt8(duration >> 8), UInt8(duration & 0xFF)]
    }
}
