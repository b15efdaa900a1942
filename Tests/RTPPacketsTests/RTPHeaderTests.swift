import RTPPackets
import Support
import Testing

@Suite struct RTPHeaderTests {
    /// A packet with everything that the header allows.
    private static func packet(sources: Int, extensionWords: Int?, payload: [UInt8], padding: Int) -> [UInt8] {
        let flags = 0x80 | (padding > 0 ? 0x20 : 0) | (extensionWords == nil ? 0 : 0x10) | sources
        var bytes: [UInt8] = [UInt8(flags), 0x80 | 101, 0x12, 0x34, 0x89, 0xAB, 0xCD, 0xEF, 1, 2, 3, 4]
        bytes += [UInt8](repeating: 9, count: 4 * sources)
        if let extensionWords {
            bytes += [0xBE, 0xDE, 0, UInt8(extensionWords)] + [UInt8](repeating: 7, count: 4 * extensionWords)
        }
        bytes += payload
        if padding > 0 { bytes += [UInt8](repeating: 0, count: padding - 1) + [UInt8(padding)] }
        return bytes
    }

    @Test(arguments: [0, 1, 15], [nil, 0, 3])
    func `Sources, extension and padding are no payload`(sources: Int, extensionWords: Int?) throws {
        for padding in [0, 1, 4] {
            let payload: [UInt8] = [5, 6, 7]
            let bytes = Self.packet(
                sources: sources, extensionWords: extensionWords, payload: payload, padding: padding)
            let header = try #require(RTPHeader(bytes: bytes))
            #expect(Array(bytes[header.payload]) == payload)
            #expect(header.isMarked && header.payloadType == 101 && header.sequence == 0x1234)
            #expect(header.timestamp == 0x89AB_CDEF && header.synchronizationSource == 0x0102_0304)
        }
    }

    @Test func `What is cut short or padded beyond its beginning is no packet`() {
        let whole = Self.packet(sources: 2, extensionWords: 2, payload: [], padding: 0)
        for length in 0..<whole.count { #expect(RTPHeader(bytes: whole.prefix(length).map { $0 }) == nil) }
        var padded = Self.packet(sources: 0, extensionWords: nil, payload: [1], padding: 4)
        padded[padded.count - 1] = 6
        #expect(RTPHeader(bytes: padded) == nil)
        padded[padded.count - 1] = 0
        #expect(RTPHeader(bytes: padded) == nil)
    }

    @Test func `No bytes break the readers, and a payload lies within its packet`() {
        let seeds = [
            Self.packet(sources: 1, extensionWords: 2, payload: [1, 2, 3, 4], padding: 2),
            [0x80, 200, 0, 1, 0, 0, 0, 1, 0x81, 202, 0, 1, 0, 0, 0, 1],
        ]
        forEachMutant(of: seeds, usually: 20_000) { bytes in
            _ = DatagramKind(bytes: bytes)
            _ = RTCPPackets.areReportsOnly(bytes: bytes)
            _ = TelephoneEventPayload(bytes: bytes)
            guard let header = RTPHeader(bytes: bytes) else { return }
            #expect(header.payload.lowerBound >= 12 && header.payload.upperBound <= bytes.count)
        }
    }
}
