import RTPPackets
import RTPStreams
import Suppression

/// One party's end of a stream: its sockets, its far end, and what becomes of the audio that it sends.
struct MediaSide {
    let rtp: DatagramSocket
    let rtcp: DatagramSocket
    let meter: StreamMeter
    var peer = Peer()
    var controlPeer = Peer()
    private var map = PayloadMap(PayloadMap.staticTypes)
    private var history = OpenHistory()
    private var secured: SecuredStream?
    /// Whether nothing that this party sends goes on.
    var isBlocked = false

    init(rtp: DatagramSocket, rtcp: DatagramSocket, meter: StreamMeter) {
        (self.rtp, self.rtcp, self.meter) = (rtp, rtcp, meter)
    }

    var isSecured: Bool { secured != nil }

    mutating func agree(on map: PayloadMap) {
        self.map = map
        secured?.agree(on: map)
    }

    /// Begins to take digits out of what this party sends.
    mutating func secure() {
        guard secured == nil else { return }
        var stream = SecuredStream(map, configuration: .init(policy: .secure))
        stream.begin(after: history)
        secured = stream
    }

    /// Lets what this party sends pass again. What is held leaves first.
    mutating func open(_ send: (Span<UInt8>) -> Void) {
        guard var stream = secured.take() else { return }
        stream.finish(send)
        history = OpenHistory()
    }

    /// Takes a packet of this party, and gives those that are due to `send`.
    mutating func take(_ packet: Span<UInt8>, at now: Int64, _ send: (Span<UInt8>) -> Void) {
        guard let header = RTPHeader(packet), !isBlocked else { return }
        meter.add(packet.count, from: header.synchronizationSource, at: now)
        guard secured != nil else {
            history.note(packet, header, map[header.payloadType])
            return send(packet)
        }
        secured?.take(packet, header, at: now, send)
        secured?.forgetKeys()
    }

    /// Gives the packets that are due now.
    mutating func advance(to now: Int64, _ send: (Span<UInt8>) -> Void) {
        secured?.advance(to: now, send)
        secured?.forgetKeys()
    }
}
