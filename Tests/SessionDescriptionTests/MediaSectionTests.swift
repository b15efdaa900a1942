import SessionDescription
import Support
import Testing

struct MediaSectionTests {
    private static func section(_ lines: String...) throws -> MediaSection {
        try Samples.parsed("v=0\n" + lines.joined(separator: "\n") + "\n").media[0]
    }

    private static func text(_ section: MediaSection) -> [String] { section.lines.dropFirst().map(\.text) }

    @Test func `Formats have their names, with a line that explains them or without`() throws {
        let audio = try Samples.parsed(Samples.phone).media[0]
        #expect(audio.kind == "audio" && audio.port == 49_170 && audio.isRTP && audio.isEncrypted)
        #expect(
            audio.rtpFormats.map { "\($0.payloadType) \($0.name) \($0.clockRate) \($0.channels)" } == [
                "0 PCMU 8000 1", "8 PCMA 8000 1", "18 G729 8000 1", "9 G722 8000 1", "96 opus 48000 2",
                "101 telephone-event 8000 1", "102 Telephone-Event 48000 1", "13 CN 8000 1",
            ])
        #expect(audio.rtpFormats[2].parameters == "annexb=no")
        #expect(audio.telephoneEvents.map(\.clockRate) == [8000, 48_000])
        #expect(audio.telephoneEvents.map(\.parameters) == ["0-15", "0-16"])
        #expect(audio.rtpFormats[7].isComfortNoise)
        #expect(audio.ptime == 20 && audio.maxptime == 60 && audio.direction == .sendonly)
    }

    @Test func `A format that nothing explains has no name`() throws {
        let section = try Self.section("m=audio 1 RTP/AVP 97 98 0", "a=rtpmap:97 odd", "a=rtpmap:99 x/8000")
        #expect(section.rtpFormats.map(\.name) == ["", "", "PCMU"] && section.rtpFormats[0].clockRate == 0)
    }

    @Test func `A fax has no payload types`() throws {
        let fax = try Samples.parsed(Samples.phone).media[1]
        #expect(fax.kind == "image" && !fax.isRTP && fax.rtpFormats.isEmpty && fax.formats == ["t38"])
        #expect(fax.portCount == 2)
        var copy = fax
        #expect(copy.removeFormats { _ in true }.isEmpty && copy == fax)
    }

    @Test func `Formats go with the lines that explain them`() throws {
        var sdp = try Samples.parsed(Samples.phone)
        let gone = sdp.media[0].removeFormats { !$0.isNamed("pcmu") && !$0.isTelephoneEvent && !$0.isComfortNoise }
        #expect(gone.map(\.payloadType) == [8, 18, 9, 96])
        let text = Samples.text(sdp)
        #expect(text.contains("m=audio 49170 RTP/SAVP 0 101 102 13\r\n"))
        for word in ["opus", "fmtp:96", "annexb", "transport-cc"] { #expect(!text.contains(word)) }
        #expect(text.contains("a=rtcp-fb:* nack") && text.contains("a=fmtp:101 0-15"))
        #expect(sdp.media[0].removeFormats { $0.isNamed("opus") }.isEmpty)
    }

    @Test func `A section without a format left is rejected and keeps its words`() throws {
        var section = try Self.section("m=audio 4000 RTP/AVP 0 8")
        #expect(section.removeFormats { _ in true }.count == 2)
        #expect(section.isRejected && section.lines[0].text == "audio 0 RTP/AVP 0 8")
    }

    @Test func `A format is added once`() throws {
        var section = try Self.section("m=audio 4000 RTP/AVP 0")
        section.addFormat(RTPFormat(payloadType: 0, name: "PCMA", clockRate: 8000))
        section.addFormat(RTPFormat(payloadType: 96, name: "opus", clockRate: 48_000, channels: 2, parameters: "x=1"))
        #expect(section.lines[0].text == "audio 4000 RTP/AVP 0 96")
        #expect(Self.text(section) == ["rtpmap:96 opus/48000/2", "fmtp:96 x=1"])
    }

    @Test func `A section is rejected by its port alone`() throws {
        var sdp = try Samples.parsed(Samples.phone)
        sdp.media[0].reject()
        sdp.media[0].setPort(5)
        #expect(sdp.media[0].isRejected && sdp.rtcpPort(ofMedia: 0) == nil)
        #expect(Samples.text(sdp) == Samples.phone.replacing("m=audio 49170", with: "m=audio 0"))
    }

    @Test func `RTCP is read, set and taken away`() throws {
        var section = try Self.section("m=audio 4000 RTP/AVP 0", "a=rtcp:4100 IN IP6 ::1", "a=rtcp-mux")
        #expect(section.rtcp?.port == 4100 && section.rtcp?.connection?.host == "::1" && section.hasRTCPMux)
        section.setRTCP(port: 5)
        section.setRTCPMux(false)
        #expect(Self.text(section) == ["rtcp:5"])
        section.setRTCP(port: nil)
        section.setRTCPMux(true)
        #expect(Self.text(section) == ["rtcp-mux"] && section.rtcp == nil)
        #expect(try Self.section("m=audio 1 RTP/AVP 0", "a=rtcp:0").rtcp == nil)
    }

    @Test func `Transport, direction and attributes are set without a way to add a line`() throws {
        var section = try Self.section("m=audio 4000 RTP/AVP 0", "a=recvonly", "a=sendonly")
        #expect(section.direction == .recvonly)
        section.setDirection(.inactive)
        section.setTransport("RTP/SAVP")
        section.setTransport("RTP/SAVP 0\r\na=x")
        section.addAttribute("x", "y\r\nm=audio 1 RTP/AVP 0")
        #expect(section.lines[0].text == "audio 4000 RTP/SAVP 0" && Self.text(section) == ["inactive"])
    }
}
