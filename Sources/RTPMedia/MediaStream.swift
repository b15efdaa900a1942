import RTPPackets
package import RTPStreams
import Synchronization

/// A stream of a call between two parties, in the hands of one media loop.
package final class MediaStream {
    private var sides: [MediaSide]

    /// A stream whose first side is the party that offered the call.
    ///
    /// - Parameter sides: Sockets and meter of each side.
    package init(_ sides: [(rtp: DatagramSocket, rtcp: DatagramSocket, meter: StreamMeter)]) {
        precondition(sides.count == 2, "a stream has two sides")
        self.sides = sides.map { MediaSide(rtp: $0.rtp, rtcp: $0.rtcp, meter: $0.meter) }
    }

    /// The sockets to listen to: RTP and RTCP of the first side, then of the second.
    var sockets: [DatagramSocket] { sides.flatMap { [$0.rtp, $0.rtcp] } }
    func socket(_ index: Int) -> DatagramSocket { index % 2 == 0 ? sides[index / 2].rtp : sides[index / 2].rtcp }
    var isSecured: Bool { sides.contains(where: \.isSecured) }

    /// Takes what SDP says of a side.
    ///
    /// - Parameters:
    ///   - address: Where the party wants its audio; `nil` if it wants none.
    ///   - control: The same for RTCP.
    package func signal(_ side: Int, address: SocketAddress?, control: SocketAddress?) {
        sides[side].peer.signal(address)
        sides[side].controlPeer.signal(control)
    }

    /// Takes what the payload types mean that `side` sends.
    package func agree(on map: PayloadMap, side: Int) { sides[side].agree(on: map) }

    /// Takes digits out of what `side` sends, or lets them pass.
    package func secure(_ side: Int, _ isSecured: Bool) {
        if isSecured { return sides[side].secure() }
        let (socket, destination) = route(from: side)
        sides[side].open { Self.send($0, socket, destination) }
    }

    /// Stops everything that `side` sends, or lets it pass.
    package func block(_ side: Int, _ isBlocked: Bool) { sides[side].isBlocked = isBlocked }

    /// Takes a datagram that came to socket `index` of ``sockets``.
    func take(_ datagram: Span<UInt8>, from address: SocketAddress, socket index: Int, at now: Int64) {
        let side = index / 2
        let isControl = index % 2 == 1
        let isAccepted = isControl ? sides[side].controlPeer.accepts(address) : sides[side].peer.accepts(address)
        guard isAccepted else {
            sides[side].meter.foreign.add(1, ordering: .relaxed)
            return
        }
        if isControl { return takeControl(datagram, side) }
        guard DatagramKind(datagram) == .rtp else { return }
        let (socket, destination) = route(from: side)
        sides[side].take(datagram, at: now) { Self.send($0, socket, destination) }
    }

    /// Reports pass. While digits are taken out, nothing else does.
    private func takeControl(_ datagram: Span<UInt8>, _ side: Int) {
        guard DatagramKind(datagram) == .rtcp, !sides[side].isBlocked else { return }
        if sides[side].isSecured && !RTCPPackets.areReportsOnly(datagram) { return }
        Self.send(datagram, sides[1 - side].rtcp, sides[1 - side].controlPeer.destination)
    }

    /// Sends the packets that are due now.
    func advance(to now: Int64) {
        for side in sides.indices where sides[side].isSecured {
            let (socket, destination) = route(from: side)
            sides[side].advance(to: now) { Self.send($0, socket, destination) }
        }
    }

    private func route(from side: Int) -> (DatagramSocket, SocketAddress?) {
        (sides[1 - side].rtp, sides[1 - side].peer.destination)
    }

    private static func send(_ bytes: Span<UInt8>, _ socket: DatagramSocket, _ destination: SocketAddress?) {
        if let destination { socket.send(bytes, to: destination) }
    }
}
