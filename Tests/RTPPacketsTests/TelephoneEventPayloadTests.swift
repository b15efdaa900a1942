import DTMF
import RTPPackets
import Testing

@Suite struct TelephoneEventPayloadTests {
    @Test(arguments: Key.allCases) func `A key's payload reads as that key`(key: Key) throws {
        let event = TelephoneEventPayload(key, isEnd: true, volume: 10, duration: 800)
        let bytes = try #require(event.bytes)
        #expect(TelephoneEventPayload(bytes: bytes) == event)
    }

    @Test func `The codes are those of RFC 4733, and others are no keys`() {
        let codes = "0123456789*#ABCD".map { Key($0) }
        for code in UInt8.min ... .max {
            let event = TelephoneEventPayload(bytes: [code, 0x8A, 3, 32])
            #expect(event?.key == (code < 16 ? codes[Int(code)] : nil))
            #expect(event?.isEnd == true && event?.volume == 10 && event?.duration == 800)
        }
        #expect(TelephoneEventPayload(bytes: [1, 2, 3]) == nil)
    }
}
