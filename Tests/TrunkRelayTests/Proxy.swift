import NGControl
import RTPMedia
import SessionDescription
import Testing

@testable import TrunkRelay

/// A proxy that orders a relay, and the parties whose calls it carries, on the loopback.
struct Proxy: ~Copyable {
    var registry: CallRegistry
    private let loop = MediaLoop()
    private var cookie = 0

    init(ports: ClosedRange<UInt16>, mostCalls: Int = 100) throws {
        let settings = try #require(
            RelaySettings(interface: "127.0.0.1", ports: ports, mostCalls: mostCalls))
        loop.start()
        guard let registry = CallRegistry(settings, loops: [loop]) else { throw Refused(reason: "no registry") }
        self.registry = registry
    }

    deinit { loop.stop() }

    /// Sends a request, and gives the reply.
    @discardableResult mutating func order(
        _ command: String, _ fields: [String: NGValue] = [:]
    ) -> NGDictionary {
        cookie += 1
        var body: NGDictionary = [:]
        body["command"] = .text(command)
        for (key, value) in fields { body[key] = value }
        return registry.reply(
            to: NGMessage(cookie: Array("\(cookie)".utf8), form: .bencode, body: body), at: MediaLoop.now)
    }

    /// Sends an offer or an answer, and gives the SDP that the other party gets.
    mutating func exchange(
        _ command: String, _ sdp: String, call: String = "c", tags: [String], _ more: [String: NGValue] = [:]
    ) throws -> SessionDescription {
        var fields = more
        fields["call-id"] = .text(call)
        fields["from-tag"] = .text(tags[0])
        if tags.count > 1 { fields["to-tag"] = .text(tags[1]) }
        fields["sdp"] = .text(sdp)
        let reply = order(command, fields)
        guard case .string(let bytes)? = reply["sdp"] else { throw Refused(reason: reply["error-reason"]?.text ?? "") }
        return try SessionDescription(parsing: bytes)
    }

    struct Refused: Error { var reason: String }
}

/// A party of a call: a socket on the loopback.
final class Party {
    let socket: DatagramSocket
    private var buffer = [UInt8](repeating: 0, count: 2_048)

    init() throws {
        socket = try DatagramSocket(bindingTo: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
    }

    /// An SDP for audio at this party's port.
    func sdp(formats: String = "0 101", _ lines: [String] = ["rtpmap:101 telephone-event/8000"]) -> String {
        let head = [
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
            "m=audio \(socket.address.port) RTP/AVP \(formats)",
        ]
        return (head + lines.map { "a=" + $0 }).map { $0 + "\r\n" }.joined()
    }

    func send(_ packet: [UInt8], to port: Int) {
        socket.send(packet.span, to: socket.address.with(port: UInt16(port)))
    }

    /// The next packet, and the port from which it came; `nil` if none comes for `milliseconds`.
    func receive(milliseconds: Int = 1_000) -> (packet: [UInt8], port: UInt16)? {
        guard socket.wait(milliseconds: milliseconds), let (count, from) = socket.receive(into: &buffer) else {
            return nil
        }
        return (Array(buffer[..<count]), from.port)
    }
}

/// A call between two parties, with the relay's port towards each.
struct Connected {
    let (caller, agent): (Party, Party)
    let (callerPort, agentPort): (Int, Int)

    init(_ proxy: inout Proxy, call: String = "c", _ more: [String: NGValue] = [:]) throws {
        (caller, agent) = (try Party(), try Party())
        let offer = try proxy.exchange("offer", caller.sdp(), call: call, tags: ["a"], more)
        let answer = try proxy.exchange("answer", agent.sdp(), call: call, tags: ["a", "b"], more)
        (callerPort, agentPort) = (answer.media[0].port, offer.media[0].port)
    }

    /// A packet of PCMU whose samples are all `code`, or a packet of another type with that payload.
    static func packet(_ sequence: Int, code: UInt8 = 0xFF, type: UInt8 = 0, payload: [UInt8]? = nil) -> [UInt8] {
        let time = UInt32(sequence * 160)
        return [0x80, type, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
            + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: time >> $0) } + [1, 2, 3, 4]
            + (payload ?? [UInt8](repeating: code, count: 160))
    }
}
