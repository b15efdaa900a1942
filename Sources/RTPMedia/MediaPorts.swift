/// The ports of a relay: pairs of an even one for RTP and the next for RTCP (RFC 3550, section 11).
package struct MediaPorts: Sendable {
    /// The address of the relay's own interface.
    package let host: SocketAddress
    private let range: ClosedRange<UInt16>
    /// Where the next search begins. Ports come back late, so that a call does not hear what another left.
    private var next: UInt16

    /// - Parameter range: Ports to take from. An odd first or an even last port is left out.
    package init(on host: SocketAddress, _ range: ClosedRange<UInt16>) {
        self.host = host
        self.range = range
        next = range.lowerBound + range.lowerBound % 2
    }

    /// Binds the next free pair; `nil` if no pair of the range can be bound.
    package mutating func open() -> (rtp: DatagramSocket, rtcp: DatagramSocket)? {
        for _ in 0...range.count / 2 {
            let port = next
            next = Int(port) + 3 <= Int(range.upperBound) ? port + 2 : range.lowerBound + range.lowerBound % 2
            guard let control = try? DatagramSocket(bindingTo: host.with(port: port + 1)),
                let media = try? DatagramSocket(bindingTo: host.with(port: port))
            else { continue }
            return (media, control)
        }
        return nil
    }
}
