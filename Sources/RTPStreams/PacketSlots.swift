import Codecs
import RTPPackets

/// The memory for the packets that a stream holds. It is taken once.
struct PacketSlots: Sendable {
    /// Longest packet that fits: 60 ms of audio, and a header with room for extensions.
    static let size = 768
    /// Number of packets: 160 ms of packets of 10 ms.
    static let count = 16

    private var bytes = [UInt8](repeating: 0, count: size * count)
    private var free: [Int] = Array(0..<count)

    /// Copies `packet` to a free slot; `nil` if none is free or the packet is too long.
    mutating func store(_ packet: Span<UInt8>) -> Int? {
        guard packet.count <= Self.size, let slot = free.popLast() else { return nil }
        let start = slot * Self.size
        for index in packet.indices { bytes[start + index] = packet[index] }
        return slot
    }

    mutating func release(_ slot: Int) { free.append(slot) }

    /// Appends the values of the codes in `range` of the packet in `slot`.
    func append(_ range: Range<Int>, of slot: Int, _ law: G711Law, to block: inout [Float]) {
        let (samples, start) = (law.samples, slot * Self.size)
        for index in range { block.append(samples[Int(bytes[start + index])]) }
    }

    /// Codes those of `samples` anew that are not the values of the codes from `index` on of the packet in `slot`.
    /// Returns whether one was.
    mutating func replace(_ slot: Int, from index: Int, by samples: ArraySlice<Float>, _ law: G711Law) -> Bool {
        let (values, start) = (law.samples, slot * Self.size + index - samples.startIndex)
        var isReplaced = false
        for sample in samples.indices where values[Int(bytes[start + sample])] != samples[sample] {
            bytes[start + sample] = law.code(samples[sample])
            isReplaced = true
        }
        return isReplaced
    }

    /// Gives these bytes of the packet in `slot` to `body`.
    func with(_ slot: Int, _ range: Range<Int>, _ body: (Span<UInt8>) -> Void) {
        let start = slot * Self.size
        body(bytes.span.extracting(start + range.lowerBound..<start + range.upperBound))
    }
}

/// A packet in a slot.
struct HeldPacket: Sendable {
    var slot: Int
    var length: Int
    var header: RTPHeader
    var kind: PayloadMap.Kind
    /// Extended sequence number.
    var sequence: Int64
    /// When it came, in microseconds.
    var arrival: Int64
    /// The samples of the suppressor that the payload is; none for a packet that only waits its turn.
    var samples = 0..<0
}
