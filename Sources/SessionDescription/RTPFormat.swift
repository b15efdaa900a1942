/// A codec of a section of media, or events of RFC 4733.
package struct RTPFormat: Hashable, Sendable {
    /// 0 to 127.
    package var payloadType: UInt8
    /// The name as in the SDP, such as `PCMU`. Names are equal in any case.
    package var name: String
    /// Hz, as the timestamps of RTP count.
    package var clockRate: Int
    package var channels: Int
    /// What `a=fmtp` says.
    package var parameters: String?

    package init(payloadType: UInt8, name: String, clockRate: Int, channels: Int = 1, parameters: String? = nil) {
        (self.payloadType, self.name, self.clockRate) = (payloadType, name, clockRate)
        (self.channels, self.parameters) = (channels, parameters)
    }

    /// Reads what stands after a payload type in `a=rtpmap`: `opus/48000/2`.
    init?(_ payloadType: UInt8, map: Substring) {
        let parts = map.split(separator: "/", omittingEmptySubsequences: false)
        guard 2...3 ~= parts.count, !parts[0].isEmpty, let rate = Int(parts[1]), 1...1_000_000 ~= rate,
            let channels = parts.count == 3 ? Int(parts[2]) : 1, 1...255 ~= channels
        else { return nil }
        self.init(payloadType: payloadType, name: String(parts[0]), clockRate: rate, channels: channels)
    }

    /// Whether the format has this name, in any case.
    package func isNamed(_ name: String) -> Bool { self.name.lowercased() == name.lowercased() }

    /// Keys and signals out of band (RFC 4733).
    package var isTelephoneEvent: Bool { isNamed("telephone-event") }
    /// Comfort noise (RFC 3389).
    package var isComfortNoise: Bool { isNamed("CN") }

    /// What stands after the payload type in `a=rtpmap`.
    var map: String { "\(name)/\(clockRate)" + (channels > 1 ? "/\(channels)" : "") }

    /// A payload type that needs no `a=rtpmap` (RFC 3551).
    package static func known(_ payloadType: UInt8) -> RTPFormat? {
        known[payloadType].map { RTPFormat(payloadType: payloadType, name: $0, clockRate: $1, channels: $2) }
    }

    private static let known: [UInt8: (String, Int, Int)] = [
        0: ("PCMU", 8000, 1), 3: ("GSM", 8000, 1), 4: ("G723", 8000, 1), 5: ("DVI4", 8000, 1),
        6: ("DVI4", 16000, 1), 7: ("LPC", 8000, 1), 8: ("PCMA", 8000, 1), 9: ("G722", 8000, 1),
        10: ("L16", 44100, 2), 11: ("L16", 44100, 1), 12: ("QCELP", 8000, 1), 13: ("CN", 8000, 1),
        14: ("MPA", 90000, 1), 15: ("G728", 8000, 1), 16: ("DVI4", 11025, 1), 17: ("DVI4", 22050, 1),
        18: ("G729", 8000, 1),
    ]
}
