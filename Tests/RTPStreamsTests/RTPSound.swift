import Codecs
import DTMF
import RTPPackets
import RTPStreams
import Support
import Suppression

/// A party that speaks in RTP packets.
struct RTPSound {
    var law = G711Law.mu
    var samplesPerPacket = 160
    var source: UInt32 = 0x0BAD_CAFE
    var sequence: UInt16 = 65_500
    var timestamp: UInt32 = 4_294_960_000
    var payloadType: UInt8 { law == .mu ? 0 : 8 }

    /// A packet with this payload. The counters go on.
    mutating func packet(_ payload: [UInt8], type: UInt8, isMarked: Bool = false, step: Int) -> [UInt8] {
        let bytes = header(type: type, timestamp: timestamp, isMarked: isMarked) + payload
        timestamp &+= UInt32(step)
        return bytes
    }

    private mutating func header(type: UInt8, timestamp: UInt32, isMarked: Bool) -> [UInt8] {
        defer { sequence &+= 1 }
        return [0x80, (isMarked ? 0x80 : 0) | type, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
            + Self.bytes(timestamp) + Self.bytes(source)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// `samples` as packets. What is left of the last is dropped.
    mutating func packets(_ samples: [Float]) -> [[UInt8]] {
        stride(from: 0, through: samples.count - samplesPerPacket, by: samplesPerPacket).map { start in
            packet(
                samples[start..<start + samplesPerPacket].map(law.code), type: payloadType, step: samplesPerPacket)
        }
    }

    /// The packets of a press as telephone events, of which the end comes three times.
    mutating func event(_ key: Key, samples: Int, type: UInt8 = 101, isMarked: Bool = true) -> [[UInt8]] {
        let begin = timestamp
        var result: [[UInt8]] = []
        for duration in stride(from: 160, through: samples, by: 160) {
            let isEnd = duration + 160 > samples
            for _ in 0..<(isEnd ? 3 : 1) {
                let payload = TelephoneEventPayload(key, isEnd: isEnd, volume: 10, duration: UInt16(duration)).bytes
                result.append(
                    header(type: type, timestamp: begin, isMarked: isMarked && result.isEmpty) + (payload ?? []))
            }
        }
        timestamp = begin &+ UInt32(samples)
        return result
    }
}

/// Puts packets through a secured stream.
struct SecuredRun {
    var stream: SecuredStream
    /// Microseconds.
    var now: Int64 = 1_000_000
    private(set) var sent: [[UInt8]] = []
    /// When each was sent.
    private(set) var sendTimes: [Int64] = []

    static let map: PayloadMap = {
        var map = PayloadMap(PayloadMap.staticTypes)
        map[101] = .telephoneEvent(clockRate: 8_000)
        return map
    }()

    init(_ stream: SecuredStream = SecuredStream(Self.map, configuration: .init(policy: .secure))) {
        self.stream = stream
    }

    /// Takes a packet, and then lets `pause` microseconds pass.
    mutating func take(_ packet: [UInt8], pause: Int64 = 20_000) {
        guard let header = RTPHeader(packet.span) else { return }
        stream.take(packet.span, header, at: now) { sent.append(Array($0)) }
        noteTimes()
        wait(pause)
    }

    mutating func take(_ packets: [[UInt8]]) { for packet in packets { take(packet) } }

    mutating func wait(_ time: Int64) {
        let end = now + time
        while now < end {
            now = min(end, now + 5_000)
            stream.advance(to: now) { sent.append(Array($0)) }
            noteTimes()
        }
    }

    private mutating func noteTimes() {
        while sendTimes.count < sent.count { sendTimes.append(now) }
    }

    mutating func finish() { stream.finish { sent.append(Array($0)) } }

    /// The samples of the packets that were sent, one behind the other.
    func samples(_ law: G711Law = .mu) -> [Float] {
        sent.flatMap { packet in
            RTPHeader(packet.span).map { packet[$0.payload].map(law.sample) } ?? []
        }
    }
}

extension [UInt8] {
    init(_ span: Span<UInt8>) {
        self = []
        for index in span.indices { append(span[index]) }
    }
}

extension RTPHeader {
    init?(bytes: [UInt8]) { self.init(bytes.span) }
}

extension SecuredStream {
    /// Takes a packet, and sends nothing to anyone.
    mutating func drop(_ packet: [UInt8], _ header: RTPHeader, at now: Int64) {
        take(packet.span, header, at: now) { _ in }
        advance(to: now + 5_000) { _ in }
    }
}
