import CDatagrams
import Codecs
import Foundation
import NGControl
import RTPMedia
import SessionDescription

/// Loads a relay with calls, and measures what became of their packets.
///
///     RelayBench NG_PORT CALLS SECONDS SECURED_SHARE LOSS_SHARE
///
/// Both parties of each call send PCMU in 20 ms packets: noise, with a key each second. A share of the calls is
/// secured. It prints a line of JSON: packets sent and received, and delays in milliseconds.
@main enum RelayBench {
    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Double($0) }
        guard numbers.count == 5 else {
            FileHandle.standardError.write(Data("usage: RelayBench NG_PORT CALLS SECONDS SECURED LOSS\n".utf8))
            exit(64)
        }
        var load = try RelayLoad(
            port: UInt16(numbers[0]), calls: Int(numbers[1]), secured: numbers[3], loss: numbers[4])
        load.run(seconds: Int(numbers[2]))
        load.end()
        print(load.report)
    }
}

/// One party of a call.
struct LoadedLeg {
    let socket: DatagramSocket
    let isSecured: Bool
    /// The relay's port towards this party.
    var relay: SocketAddress
    var sequence: UInt16 = 0
    /// When the packets that are under way were sent, by sequence number.
    var sent = [Int64](repeating: 0, count: 1_024)
}

struct RelayLoad {
    private let control: DatagramSocket
    private let ng: SocketAddress
    private var legs: [LoadedLeg] = []
    private let epoll = tonewall_epoll()
    private let loss: Double
    private var generator = SystemRandomNumberGenerator()
    /// 4 s of audio, of which each leg begins at another place.
    private let audio: [UInt8]
    private var packets = (sent: 0, received: 0)
    private var delays = (open: [Float](), secured: [Float]())
    private var buffer = [UInt8](repeating: 0, count: 2_048)
    private var cookie = 0

    init(port: UInt16, calls: Int, secured: Double, loss: Double) throws {
        guard let host = SocketAddress(host: "127.0.0.1", port: 0) else { exit(70) }
        control = try DatagramSocket(bindingTo: host)
        ng = host.with(port: port)
        self.loss = loss
        audio = Self.audio()
        for call in 0..<calls { try connect(call, isSecured: Double(call) < secured * Double(calls), host) }
        for (index, leg) in legs.enumerated() { _ = tonewall_epoll_add(epoll, leg.socket.descriptor, UInt64(index)) }
    }

    /// Noise at −50 dBm0, and a key of 80 ms in each second.
    private static func audio() -> [UInt8] {
        (0..<32_000).map { index in
            let time = Double(index) / 8_000
            let key = index % 8_000 < 640 ? 0.2 * (sin(2 * .pi * 770 * time) + sin(2 * .pi * 1_336 * time)) : 0
            return G711Law.mu.code(Float(key + Double.random(in: -0.003...0.003)))
        }
    }

    private mutating func connect(_ call: Int, isSecured: Bool, _ host: SocketAddress) throws {
        let (caller, agent) = (try DatagramSocket(bindingTo: host), try DatagramSocket(bindingTo: host))
        let names: NGDictionary = [Array("call-id".utf8): .text("load-\(call)"), Array("from-tag".utf8): .text("a")]
        let toAgent = ask("offer", names, caller)
        var answer = names
        answer[Array("to-tag".utf8)] = .text("b")
        let toCaller = ask("answer", answer, agent)
        if isSecured { _ = ask("block DTMF", names, nil) }
        legs.append(LoadedLeg(socket: caller, isSecured: isSecured, relay: host.with(port: toCaller)))
        legs.append(LoadedLeg(socket: agent, isSecured: isSecured, relay: host.with(port: toAgent)))
    }

    /// Sends a request, and gives the port that the SDP of the reply names.
    private mutating func ask(_ command: String, _ names: NGDictionary, _ party: DatagramSocket?) -> UInt16 {
        var body = names
        body[Array("command".utf8)] = .text(command)
        if let party {
            let lines = [
                "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
                "m=audio \(party.address.port) RTP/AVP 0",
            ]
            body[Array("sdp".utf8)] = .text(lines.map { $0 + "\r\n" }.joined())
        }
        cookie += 1
        control.send(NGMessage(cookie: Array("\(cookie)".utf8), form: .bencode, body: body).bytes.span, to: ng)
        guard control.wait(milliseconds: 3_000), let (count, _) = control.receive(into: &buffer),
            let reply = try? NGMessage(parsing: Array(buffer[..<count]))
        else {
            FileHandle.standardError.write(Data("RelayBench: no relay answers\n".utf8))
            exit(69)
        }
        guard case .string(let sdp)? = reply.body[Array("sdp".utf8)] else { return 0 }
        return (try? SessionDescription(parsing: sdp).media[0].port).map { UInt16($0) } ?? 0
    }

    /// Every leg sends a packet each 20 ms; the legs' turns are spread over that time.
    mutating func run(seconds: Int) {
        let (start, ticks) = (MediaLoop.now + 100_000, seconds * 1_000)
        for tick in 0..<ticks {
            let due = start + Int64(tick) * 1_000
            receive(until: due)
            for index in stride(from: tick % 20, to: legs.count, by: 20) { send(index) }
        }
        receive(until: MediaLoop.now + 200_000)
    }

    private mutating func send(_ index: Int) {
        let sequence = legs[index].sequence
        legs[index].sequence &+= 1
        if loss > 0, Double.random(in: 0..<1, using: &generator) < loss { return }
        let time = UInt32(sequence) &* 160
        var packet: [UInt8] = [0x80, 0, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
        packet +=
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: time >> $0) } + [
                0, 0, UInt8(index >> 8), UInt8(index & 0xFF),
            ]
        let place = (Int(sequence) * 160 + index * 1_760) % (audio.count - 160) / 160 * 160
        packet += audio[place..<place + 160]
        legs[index].sent[Int(sequence) % 1_024] = MediaLoop.now
        legs[index].socket.send(packet.span, to: legs[index].relay)
        packets.sent += 1
    }

    private mutating func receive(until due: Int64) {
        var tags = [UInt64](repeating: 0, count: 64)
        while true {
            let left = due - MediaLoop.now
            guard left > 0 else { return }
            let count = unsafe tags.withUnsafeMutableBufferPointer {
                unsafe tonewall_epoll_wait(epoll, $0.baseAddress, Int32((left + 999) / 1_000))
            }
            for index in 0..<max(0, Int(count)) { take(Int(tags[index])) }
        }
    }

    private mutating func take(_ index: Int) {
        guard let (count, _) = legs[index].socket.receive(into: &buffer), count >= 12 else { return }
        let sequence = Int(buffer[2]) << 8 | Int(buffer[3])
        let sender = index ^ 1
        let delay = Float(MediaLoop.now - legs[sender].sent[sequence % 1_024]) / 1_000
        packets.received += 1
        if legs[sender].isSecured { delays.secured.append(delay) } else { delays.open.append(delay) }
    }

    mutating func end() {
        for call in 0..<legs.count / 2 {
            let names: NGDictionary = [
                Array("call-id".utf8): .text("load-\(call)"), Array("from-tag".utf8): .text("a"),
            ]
            _ = ask("delete", names, nil)
        }
    }

    var report: String {
        func quantiles(_ delays: [Float]) -> String {
            guard !delays.isEmpty else { return "null" }
            let sorted = delays.sorted()
            let values = [0.5, 0.99, 0.999, 1].map { sorted[min(sorted.count - 1, Int($0 * Double(sorted.count)))] }
            return "[\(values.map { String($0) }.joined(separator: ", "))]"
        }
        return """
            {"legs": \(legs.count), "sent": \(packets.sent), "received": \(packets.received), \
            "open_ms": \(quantiles(delays.open)), "secured_ms": \(quantiles(delays.secured))}
            """
    }
}
