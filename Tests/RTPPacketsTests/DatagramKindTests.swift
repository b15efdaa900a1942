import RTPPackets
import Testing

@Suite struct DatagramKindTests {
    @Test func `RTP, RTCP and the rest are told apart by their first bytes`() {
        let rest = [UInt8](repeating: 0, count: 18)
        #expect(DatagramKind(bytes: [0x80, 0] + rest) == .rtp)
        #expect(DatagramKind(bytes: [0x80, 0x80 | 101] + rest) == .rtp)
        for type: UInt8 in 192...223 { #expect(DatagramKind(bytes: [0x80, type] + rest) == .rtcp) }
        #expect(DatagramKind(bytes: [0x00, 0x01] + rest) == .other, "STUN")
        #expect(DatagramKind(bytes: ([22, 0xFE] + rest)) == .other, "DTLS")
        #expect(DatagramKind(bytes: [0x80, 0, 0]) == .other)
    }

    @Test func `A compound packet is reports alone only if all of it is`() {
        let report: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 1]
        let names: [UInt8] = [0x81, 202, 0, 1, 0, 0, 0, 1]
        let application: [UInt8] = [0x80, 204, 0, 1, 0, 0, 0, 1]
        #expect(RTCPPackets.areReportsOnly(bytes: report + names))
        #expect(!RTCPPackets.areReportsOnly(bytes: report + application))
        #expect(!RTCPPackets.areReportsOnly(bytes: report + [0]))
        #expect(!RTCPPackets.areReportsOnly(bytes: report.dropLast()))
        #expect(!RTCPPackets.areReportsOnly(bytes: []))
    }
}
