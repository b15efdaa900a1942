/// The header of an RTP packet (RFC 3550, section 5.1), and where its payload lies.
package struct RTPHeader: Sendable, Hashable {
    /// Number of bytes before any contributing source or extension.
    package static let fixedLength = 12

    package var isMarked: Bool
    /// 0 to 127.
    package var payloadType: UInt8
    package var sequence: UInt16
    /// In units of the payload's clock.
    package var timestamp: UInt32
    package var synchronizationSource: UInt32
    /// Byte range of the payload, without padding.
    package var payload: Range<Int>

    /// The header of `packet`; `nil` if the bytes are no RTP packet of version 2, or are cut short.
    package init?(_ packet: Span<UInt8>) {
        guard packet.count >= Self.fixedLength, packet[0] >> 6 == 2 else { return nil }
        var start = Self.fixedLength + 4 * Int(packet[0] & 0x0F)
        if packet[0] & 0x10 != 0 {
            guard packet.count >= start + 4 else { return nil }
            start += 4 + 4 * Int(packet.bigEndian16(at: start + 2))
        }
        var end = packet.count
        if packet[0] & 0x20 != 0 {
            let padding = Int(packet[packet.count - 1])
            guard padding > 0 else { return nil }
            end -= padding
        }
        guard start <= end else { return nil }
        isMarked = packet[1] & 0x80 != 0
        payloadType = packet[1] & 0x7F
        sequence = packet.bigEndian16(at: 2)
        timestamp = packet.bigEndian32(at: 4)
        synchronizationSource = packet.bigEndian32(at: 8)
        payload = start..<end
    }
}

extension Span<UInt8> {
    /// The 16-bit number in network order at `index`.
    package func bigEndian16(at index: Int) -> UInt16 { UInt16(self[index]) << 8 | UInt16(self[index + 1]) }

    /// The 32-bit number in network order at `index`.
    package func bigEndian32(at index: Int) -> UInt32 {
        UInt32(bigEndian16(at: index)) << 16 | UInt32(bigEndian16(at: index + 2))
    }
}
