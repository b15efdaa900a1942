import NGControl
import Support
import Testing

struct NGRequestTests {
    private static func kamailio(_ name: String) throws -> NGRequest {
        try NGRequest(NGMessage(parsing: Samples.file("kamailio-" + name)))
    }

    private static func refusal(_ command: String, _ entries: KeyValuePairs<String, NGValue> = [:]) -> String? {
        do throws(NGRefusal) {
            _ = try Samples.request(command, entries)
            return nil
        } catch { return error.reason }
    }

    @Test func `Kamailio's plain call`() throws {
        #expect(try Self.kamailio("plain-ping") == .ping)
        guard case .offer(let offer) = try Self.kamailio("plain-offer") else { throw NGRefusal("no offer") }
        #expect(offer.callID == "1-9393@127.0.0.1" && offer.fromTag == "c9393-1" && offer.toTag == nil)
        #expect(offer.replace == [.origin, .sessionConnection] && offer.ice == .remove && offer.dtmf == nil)
        #expect(
            offer.receivedFrom == "127.0.0.1" && offer.understandsLoadLimit && offer.sdp.starts(with: "v=0\r\n".utf8))
        guard case .answer(let answer) = try Self.kamailio("plain-answer") else { throw NGRefusal("no answer") }
        #expect(answer.fromTag == "c9393-1" && answer.toTag == "a9376-1")
        guard case .blockDTMF(let block) = try Self.kamailio("plain-block-dtmf") else { throw NGRefusal("no block") }
        #expect(block.callID == offer.callID && block.scope == .call && block.mode == .drop && block.delayBuffer == nil)
        guard case .delete(let delete) = try Self.kamailio("plain-delete") else { throw NGRefusal("no delete") }
        #expect(delete.callID == offer.callID && delete.fromTag == "c9393-1" && !delete.isFatal)
    }

    @Test func `Kamailio keeps directional to itself and sends a tag, so the whole call is meant`() throws {
        guard case .blockDTMF(let block) = try Self.kamailio("flags-block-dtmf") else { throw NGRefusal("no block") }
        #expect(block.scope == .call && block.mode == .silence && block.delayBuffer == 60)
    }

    @Test func `Kamailio's flags of an offer`() throws {
        guard case .offer(let offer) = try Self.kamailio("offer-offer") else { throw NGRefusal("no offer") }
        let block = try #require(offer.dtmf)
        #expect(block.scope == .call && block.mode == .silence && block.delayBuffer == 60 && block.trigger == nil)
        #expect(offer.transport == .savp && offer.rtcpMux == ["demux"] && offer.sdes == ["off"])
        #expect(offer.codecs.strip == ["opus"] && offer.label == "caller" && offer.flags.contains("trust-address"))
        #expect(offer.metadata?.pairs == ["amount": "12.50", "order": "A-1"])
        #expect(offer.viaBranch == "z9hG4bK-i9872-1" && offer.delayBuffer == 60)
        guard case .answer(let answer) = try Self.kamailio("offer-answer") else { throw NGRefusal("no answer") }
        #expect(answer.dtmf?.scope == .call)
    }

    @Test func `Raw flags of newer Kamailio say the same`() throws {
        let raw =
            "replace-origin replace-session-connection ICE=remove block-DTMF DTMF-security=silence delay-buffer=60 "
            + "RTP/SAVP rtcp-mux-demux SDES-off codec=[strip=[opus EVS] transcode=[PCMA]] trust-address label=caller "
            + "metadata=amount:12.50|order:A-1 supports=[load-limit] record-call=on"
        let request = try Samples.request(
            "offer",
            [
                "call-id": .text("c"), "from-tag": .text("a"), "sdp": .text("v=0\r\n"), "rtpp_flags": .text(raw),
                "received-from": Samples.list("IP6", "::1"),
            ])
        guard case .offer(let offer) = request else { throw NGRefusal("no offer") }
        #expect(offer.replace == [.origin, .sessionConnection] && offer.ice == .remove)
        #expect(offer.dtmf?.mode == .silence && offer.dtmf?.scope == .call && offer.transport == .savp)
        #expect(offer.rtcpMux == ["demux"] && offer.sdes == ["off"] && offer.receivedFrom == "::1")
        #expect(offer.codecs.strip == ["opus", "EVS"] && offer.codecs.transcode == ["PCMA"])
        #expect(offer.metadata?.pairs["order"] == "A-1" && offer.understandsLoadLimit && offer.records == true)
    }

    @Test func `Each command is known in any case`() throws {
        let call: KeyValuePairs<String, NGValue> = [
            "call-id": .text("c"), "to-tag": .text("b"), "from-tag": .text("a"),
        ]
        for command in [
            "ping", "list", "statistics", "delete", "query", "start recording", "stop recording", "pause recording",
            "block DTMF", "unblock DTMF", "block media", "unblock media", "silence media", "unsilence media",
            "stop media", "subscribe request", "unsubscribe",
        ] {
            #expect(Self.refusal(command, call) == nil, "\(command)")
            #expect(Self.refusal(command.uppercased(), call) == nil, "\(command)")
        }
        let rest: KeyValuePairs<String, NGValue> = [
            "call-id": .text("c"), "to-tag": .text("b"), "from-tag": .text("a"), "sdp": .text("v=0"),
            "file": .text("x.wav"), "code": .integer(5),
        ]
        for command in ["offer", "answer", "subscribe answer", "play media", "play DTMF"] {
            #expect(Self.refusal(command, rest) == nil, "\(command)")
        }
    }

    @Test func `What is missing is said in rtpengine's words`() {
        #expect(Self.refusal("frobnicate") == "Unrecognized command")
        #expect(Self.refusal("offer", ["call-id": .text("c"), "from-tag": .text("a")]) == "No SDP body in message")
        #expect(Self.refusal("offer", ["sdp": .text("v=0"), "from-tag": .text("a")]) == "No call-id in message")
        #expect(Self.refusal("offer", ["sdp": .text("v=0"), "call-id": .text("c")]) == "No from-tag in message")
        #expect(
            Self.refusal("answer", ["sdp": .text("v=0"), "call-id": .text("c"), "from-tag": .text("a")])
                == "No to-tag in message")
        for command in [
            "delete", "query", "block DTMF", "unblock media", "play media", "stop recording", "unsubscribe",
        ] {
            #expect(Self.refusal(command) == "No call-id in message", "\(command)")
        }
        #expect(throws: NGRefusal("Dictionary contains no key \"command\"")) {
            try NGRequest(NGMessage(cookie: [1], form: .json, body: [:]))
        }
    }

    @Test func `Unknown keys are ignored, a tag that is no text is not`() {
        let sdp = NGValue.text("v=0")
        #expect(
            Self.refusal(
                "offer",
                ["sdp": sdp, "call-id": .text("c"), "from-tag": .text("a"), "frob": .list([]), "T.38": .list([])])
                == nil)
        #expect(Self.refusal("offer", ["sdp": sdp, "call-id": .text("c"), "from-tag": .string([0xFF])]) != nil)
        #expect(Self.refusal("offer", ["sdp": sdp, "call-id": .list([]), "from-tag": .text("a")]) != nil)
        #expect(
            Self.refusal(
                "offer",
                ["sdp": sdp, "call-id": .text("c"), "from-tag": .text("a"), "transport-protocol": .text("RTP/FROB")])
                != nil)
    }

    @Test func `Orders about media name a party and who hears it`() throws {
        let request = try Samples.request(
            "block media",
            [
                "call-id": .text("c"), "from-tag": .text("a"), "to-tag": .text("s"),
                "flags": Samples.list("directional"),
                "all": .text("except-offer-answer"),
            ])
        guard case .blockMedia(let order) = request else { throw NGRefusal("no order") }
        #expect(order.scope == .tag("a") && order.listener == .tag("s") && order.flows == .exceptOfferAnswer)
        guard
            case .silenceMedia(let whole) = try Samples.request(
                "silence media", ["call-id": .text("c"), "to-tag": .text("b")])
        else { throw NGRefusal("no order") }
        #expect(whole.scope == .call && whole.listener == nil)
    }

    @Test func `Orders to play obey a tag alone, and need a party`() throws {
        guard
            case .playMedia(let play) = try Samples.request(
                "play media",
                ["call-id": .text("c"), "from-tag": .text("a"), "file": .text("/p.wav"), "repeat-times": .text("3")])
        else { throw NGRefusal("no order") }
        #expect(play.scope == .tag("a") && play.source == .file("/p.wav") && play.times == 3)
        guard
            case .playMedia(let blob) = try Samples.request(
                "play media", ["call-id": .text("c"), "flags": Samples.list("all"), "blob64": .text("UklGRg==")])
        else { throw NGRefusal("no order") }
        #expect(blob.scope == .everyone && blob.source == .blob(Array("RIFF".utf8)))
        #expect(Self.refusal("play media", ["call-id": .text("c"), "file": .text("x")]) != nil)
        #expect(Self.refusal("play media", ["call-id": .text("c"), "from-tag": .text("a")]) != nil)
        guard
            case .playDTMF(let key) = try Samples.request(
                "play DTMF",
                ["call-id": .text("c"), "from-tag": .text("a"), "code": .integer(11), "duration": .integer(99_999)])
        else { throw NGRefusal("no order") }
        #expect(key.key == UInt8(ascii: "#") && key.duration == 5000 && key.pause == 100 && key.volume == -8)
        #expect("\(key)".contains("35") == false)
        #expect(Self.refusal("play DTMF", ["call-id": .text("c"), "from-tag": .text("a"), "code": .text("55")]) != nil)
    }

    @Test func `A subscriber asks for one party, several, or all`() throws {
        guard
            case .subscribeRequest(let one) = try Samples.request(
                "subscribe request", ["call-id": .text("c"), "from-tag": .text("a"), "to-tag": .text("s")])
        else { throw NGRefusal("no request") }
        #expect(one.scope == .tag("a") && one.toTag == "s" && one.tags.isEmpty)
        guard
            case .subscribeRequest(let both) = try Samples.request(
                "subscribe request", ["call-id": .text("c"), "from-tags": Samples.list("a", "b")])
        else { throw NGRefusal("no request") }
        #expect(both.tags == ["a", "b"])
        #expect(Self.refusal("subscribe request", ["call-id": .text("c")]) == "No monologues matched")
    }

    @Test func `A list has 32 calls unless more are asked for`() throws {
        #expect(try Samples.request("list") == .list(limit: 32))
        #expect(try Samples.request("list", ["limit": .text("5")]) == .list(limit: 5))
    }
}
