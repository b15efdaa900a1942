import SessionDescription
import Support
import Testing

struct SessionDescriptionTests {
    private static func fault(_ text: String) -> SDPFault? {
        do throws(SDPFault) {
            _ = try Samples.parsed(text)
            return nil
        } catch { return error }
    }

    private let relay = IPAddress("198.51.100.7")!
    private let relay6 = IPAddress("2001:db8::7")!

    @Test(arguments: [
        Samples.phone, Samples.plain, Samples.plain + "\n", Samples.plain + "\r\n\r\n\n", "v=0",
        "v=0\r\no=odd\ns=\u{e9}\r\n", "v=0\nm=audio 0 RTP/AVP\nm=audio 0 RTP/AVP x\nm=x 9 TCP/TLS/BFCP *\n",
    ])
    func `What is not changed is written byte by byte as it came`(text: String) throws {
        #expect(Samples.text(try Samples.parsed(text)) == text)
    }

    @Test func `Bytes that are not UTF-8 stay`() throws {
        let bytes = Array("v=0\ns=".utf8) + [0xFF, 0xC3] + Array("\nm=audio 1 RTP/AVP 0\na=x:".utf8) + [0xE9, 0x0A]
        #expect(try SessionDescription(parsing: bytes).bytes == bytes)
    }

    @Test(arguments: [
        ("", SDPFault.noVersion), ("v=1\n", .noVersion), ("o=-\n", .noVersion), ("v=0\n\ns=-\n", .malformed),
        ("v=0\nx\n", .malformed), ("v=0\n m=audio 1 RTP/AVP 0\n", .malformed),
        ("v=0\nM=audio 1 RTP/AVP 0\n", .malformed),
        ("v=0\na=x\rm=audio 1 RTP/AVP 0\n", .malformed), ("v=0\na=x\0\n", .malformed), ("v=0\nm=audio\n", .malformed),
        ("v=0\nm=audio 1 RTP/AVP\n", .malformed), ("v=0\nm=audio x RTP/AVP 0\n", .malformed),
        ("v=0\nm=audio +1 RTP/AVP 0\n", .malformed), ("v=0\nm=audio 65536 RTP/AVP 0\n", .malformed),
        ("v=0\nm=audio 1/0 RTP/AVP 0\n", .malformed), ("v=0\nm=audio 1/2/3 RTP/AVP 0\n", .malformed),
        ("v=0\nm=audio 1 RTP/AVP 0 x\n", .malformed), ("v=0\nm=audio 1 RTP/AVP 128\n", .malformed),
        ("v=0\nm=audio 99999999999999999999 RTP/AVP 0\n", .malformed),
        ("v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:96 a/8000\na=rtpmap:96 b/8000\n", .contradiction),
        ("v=0\nm=audio 1 RTP/AVP 0\na=rtpmap:0 PCMA/8000\n", .contradiction),
    ])
    func `What is no SDP is said to be none`(text: String, fault: SDPFault) {
        #expect(Self.fault(text) == fault, "\(text)")
    }

    @Test func `Size is bounded`() {
        let media = "m=audio 1 RTP/AVP 0\n"
        #expect(Self.fault("v=0\n" + String(repeating: media, count: 32)) == nil)
        #expect(Self.fault("v=0\n" + String(repeating: media, count: 33)) == .tooLong)
        #expect(Self.fault("v=0\n" + String(repeating: "a=x\n", count: 2000)) == .tooLong)
        #expect(Self.fault("v=0\ns=" + String(repeating: "x", count: 65_536)) == .tooLong)
        #expect(Self.fault("v=0\nm=audio 1 RTP/AVP" + String(repeating: " 0", count: 129) + "\n") == .tooLong)
    }

    @Test func `The session's own lines are read`() throws {
        let sdp = try Samples.parsed(Samples.phone)
        let origin = try #require(sdp.origin)
        #expect(origin.user == "alice" && origin.sessionID == "2890844526" && origin.version == "2890844527")
        #expect(origin.connection.host == "192.0.2.10" && sdp.connection?.address == IPAddress("192.0.2.10"))
        #expect(sdp.attributes("group") == ["BUNDLE a b"])
        #expect(sdp.connection(ofMedia: 0)?.host == "192.0.2.10" && sdp.connection(ofMedia: 1)?.host == "2001:db8::5")
        #expect(sdp.direction(ofMedia: 0) == .sendonly && sdp.direction(ofMedia: 1) == .sendrecv)
        #expect(sdp.rtcpPort(ofMedia: 0) == 53_020)
        let plain = try Samples.parsed(Samples.plain)
        #expect(plain.rtcpPort(ofMedia: 0) == 4001 && plain.direction(ofMedia: 0) == .sendrecv)
        let held = try Samples.parsed("v=0\na=inactive\nm=audio 65535 RTP/AVP 0\n")
        #expect(held.direction(ofMedia: 0) == .inactive && held.rtcpPort(ofMedia: 0) == nil)
        #expect(try Samples.parsed("v=0\nc=IN IP4 224.2.1.1/127/3\n").connection?.host == "224.2.1.1")
        #expect(try Samples.parsed("v=0\nc=IN IP4 pbx.example\n").connection?.address == nil)
    }

    @Test func `Addresses are replaced where they are asked to be`() throws {
        var sdp = try Samples.parsed(Samples.phone)
        sdp.replaceOrigin(relay)
        sdp.replaceConnection(relay)
        sdp.setAddress(relay, port: 30_000, ofMedia: 0)
        sdp.setAddress(relay6, port: 30_002, ofMedia: 1)
        let lines = Samples.text(sdp).split(separator: "\r\n")
        #expect(lines[1] == "o=alice 2890844526 2890844527 IN IP4 198.51.100.7" && lines[3] == "c=IN IP4 198.51.100.7")
        #expect(lines.contains("m=audio 30000 RTP/SAVP 0 8 18 9 96 101 102 13"))
        #expect(lines.contains("m=image 30002 udptl t38") && lines.contains("c=IN IP6 2001:db8::7"))
        #expect(!Samples.text(sdp).contains("a=rtcp:") && !Samples.text(sdp).contains("192.0.2.11"))
        #expect(lines.filter { $0.hasPrefix("c=") }.count == 2 && lines.contains("a=x-odd: kept  as   it is"))
        #expect(try Samples.parsed(Samples.text(sdp)) == sdp)
    }

    @Test func `A section gets an address of its own where the session's stays`() throws {
        var sdp = try Samples.parsed(Samples.phone)
        sdp.setAddress(relay6, port: 30_000, ofMedia: 0)
        #expect(Samples.text(sdp).contains("i=the line\r\nc=IN IP6 2001:db8::7\r\na=rtpmap:0"))
        #expect(sdp.connection?.host == "192.0.2.10" && sdp.connection(ofMedia: 0)?.address == relay6)
        var plain = try Samples.parsed("v=0\nm=audio 4000 RTP/AVP 0")
        plain.setAddress(relay, port: 1, ofMedia: 0)
        plain.media[0].setRTCP(port: 2)
        #expect(
            Samples.text(plain).split { $0.isNewline } == [
                "v=0", "m=audio 1 RTP/AVP 0", "c=IN IP4 198.51.100.7", "a=rtcp:2",
            ])
        #expect(try Samples.parsed(Samples.text(plain)).media[0].rtcp?.port == 2)
    }

    @Test func `No second address is left beside the relay's`() throws {
        var sdp = try Samples.parsed(
            "v=0\nc=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.2\nm=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.3 odd\n"
                + "m=audio 4002 RTP/AVP 0\n")
        sdp.replaceConnection(relay)
        for index in sdp.media.indices { sdp.setAddress(relay, port: 30_000, ofMedia: index) }
        #expect(!Samples.text(sdp).contains("192.0.2."))
        var half = try Samples.parsed(
            "v=0\nc=IN IP4 198.51.100.7\nc=IN IP4 192.0.2.2\nm=audio 4000 RTP/AVP 0\n")
        half.setAddress(relay, port: 30_000, ofMedia: 0)
        #expect(Samples.text(half).hasSuffix("m=audio 30000 RTP/AVP 0\nc=IN IP4 198.51.100.7\n"))
    }

    @Test func `Space at the end of a line changes nothing`() throws {
        let text =
            "v=0\r\no=- 1 2  IN IP4 192.0.2.1 \r\nc=IN IP4 192.0.2.1 \r\nm=audio 4000 RTP/AVP 0 101 \r\n"
            + "a=rtpmap:0 PCMU/8000 \r\na=rtpmap:101 telephone-event/8000\t\r\na=ptime:20 \r\na=sendonly \r\n"
            + "a=rtcp-mux  \r\na= \r\na=\r\n"
        var sdp = try Samples.parsed(text)
        #expect(Samples.text(sdp) == text)
        let audio = sdp.media[0]
        #expect(audio.rtpFormats.map(\.name) == ["PCMU", "telephone-event"] && audio.ptime == 20)
        #expect(audio.direction == .sendonly && audio.hasRTCPMux && sdp.connection?.host == "192.0.2.1")
        sdp.replaceOrigin(relay)
        #expect(Samples.text(sdp).contains("o=- 1 2 IN IP4 198.51.100.7\r\n"))
        sdp.media[0].removeFormats(where: \.isTelephoneEvent)
        sdp.media[0].setRTCPMux(false)
        #expect(!Samples.text(sdp).contains("101") && !Samples.text(sdp).contains("mux"))
    }

    @Test func `ICE goes without a trace, from the session and from media`() throws {
        var sdp = try Samples.parsed(Samples.phone)
        sdp.removeICE()
        let text = Samples.text(sdp)
        #expect(!text.contains("ice-") && !text.contains("candidate") && text.contains("a=ptime:20"))
        sdp.removeAttributes(["group"])
        #expect(!Samples.text(sdp).contains("BUNDLE"))
    }

    @Test func `The version of an origin is changed, and only to digits`() throws {
        var sdp = try Samples.parsed(Samples.plain)
        sdp.setOriginVersion("2")
        sdp.setOriginVersion("3\r\nx=")
        #expect(sdp.origin?.version == "2")
    }

    @Test func `No bytes whatever stop the reader or the edits`() {
        var read = 0
        forEachMutant(of: [Samples.phone, Samples.plain].map { Array($0.utf8) }, usually: 100_000) { bytes in
            guard var sdp = try? SessionDescription(parsing: bytes) else { return }
            read += 1
            #expect(sdp.bytes == bytes)
            sdp.replaceOrigin(relay)
            sdp.replaceConnection(relay6)
            sdp.removeICE()
            for index in sdp.media.indices {
                sdp.setAddress(relay, port: 30_000 + index, ofMedia: index)
                sdp.media[index].removeFormats { !$0.isNamed("PCMU") && !$0.isTelephoneEvent }
                sdp.media[index].setCrypto(sdp.media[index].crypto)
                sdp.media[index].setRTCPMux(true)
                sdp.media[index].setDirection(sdp.direction(ofMedia: index))
                _ = (sdp.rtcpPort(ofMedia: index), sdp.media[index].rtcp?.connection, sdp.media[index].ptime)
            }
            guard let again = try? SessionDescription(parsing: sdp.bytes) else {
                Issue.record("an edit spoils \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                return
            }
            #expect(again.media.map(\.formats) == sdp.media.map(\.formats))
            #expect(again.media.map(\.port) == sdp.media.map(\.port))
        }
        #expect(read > 1000)
    }
}
