/// The kinds of packets in a compound RTCP packet (RFC 3550, section 6).
package enum RTCPPackets {
    private static let (senderReport, receiverReport, description, goodbye): (UInt8, UInt8, UInt8, UInt8) =
        (200, 201, 202, 203)

    /// Whether `compound` holds nothing but reports, descriptions and goodbyes, each of its whole length. Other kinds
    /// carry data of an application's choice.
    package static func areReportsOnly(_ compound: Span<UInt8>) -> Bool {
        var index = 0
        while index + 4 <= compound.count {
            guard compound[index] >> 6 == 2, (senderReport...goodbye).contains(compound[index + 1]) else {
                return false
            }
            index += 4 + 4 * Int(compound.bigEndian16(at: index + 2))
        }
        return index == compound.count && index > 0
    }
}
