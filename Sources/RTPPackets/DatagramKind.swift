/// What a datagram at a media port is, by its first bytes (RFC 7983 and RFC 5761, section 4).
package enum DatagramKind: Sendable, Hashable {
    case rtp
    case rtcp
    /// STUN, DTLS, or nothing that belongs on a media port.
    case other

    package init(_ datagram: Span<UInt8>) {
        guard datagram.count >= 8, datagram[0] >> 6 == 2 else {
            self = .other
            return
        }
        self = (192...223).contains(datagram[1]) ? .rtcp : datagram.count >= RTPHeader.fixedLength ? .rtp : .other
    }
}
