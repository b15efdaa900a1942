import NGControl
import Support
import Testing

struct NGReplyTests {
    private static func rtpengine(_ name: String) throws -> NGDictionary {
        try NGMessage(parsing: Samples.file("rtpengine-" + name)).body
    }

    /// The call of which rtpengine told, as far as a report holds it.
    private static func report() -> CallReport {
        let party = { (tag: String, other: String, local: Int, remote: Int, ssrc: UInt32) -> TagReport in
            let stream = { (isRTCP: Bool) -> StreamReport in
                let (here, there) = (local + (isRTCP ? 1 : 0), remote + (isRTCP ? 1 : 0))
                return StreamReport(
                    isRTCP: isRTCP, local: EndpointReport(address: "127.0.0.1", port: here),
                    endpoint: EndpointReport(address: "127.0.0.1", port: there),
                    advertised: EndpointReport(address: "127.0.0.1", port: there),
                    lastPacket: isRTCP ? 1_796_083_628 : 1_796_083_629, ssrc: isRTCP ? nil : ssrc,
                    received: isRTCP ? PacketCounts() : PacketCounts(packets: 50, bytes: 8600))
            }
            return TagReport(
                tag: tag, label: "caller", created: 1_796_083_628, hears: [TagReport.Link(tag: other)],
                heardBy: [TagReport.Link(tag: other)],
                medias: [
                    MediaReport(
                        index: 1, codec: "PCMU/8000",
                        flags: ["initialized", "send", "recv"] + (tag == "b" ? ["ICE controlling"] : []),
                        streams: [stream(false), stream(true)])
                ])
        }
        return CallReport(
            created: 1_796_083_628_614_578, lastSignal: 1_796_083_629,
            tags: [party("a", "b", 32_018, 58_324, 7), party("b", "a", 32_000, 37_312, 9)])
    }

    /// A value without what rtpengine 10.5 does not say, and newer versions or older ones do.
    private static func common(_ value: NGValue) -> NGValue {
        switch value {
        case .dictionary(var entries):
            (entries["stats_out"], entries["in dialogue with"]) = (nil, nil)
            return .dictionary(entries.mapValues(common))
        case .list(let list): return .list(list.map(common))
        case .string, .integer: return value
        }
    }

    @Test func `A deleted call is told as rtpengine tells it, figure by figure`() throws {
        let theirs = NGValue.dictionary(try Self.rtpengine("delete"))
        #expect(Self.common(.dictionary(NGReply.call(Self.report()))) == Self.common(theirs))
    }

    @Test func `What goes out and who is in dialogue is told beside`() {
        let tag = NGValue.dictionary(NGReply.call(Self.report()))["tags"]?["a"]
        #expect(tag?["in dialogue with"] == .text("b"))
        guard case .list(let medias)? = tag?["medias"], case .list(let streams)? = medias.first?["streams"] else {
            Issue.record("no streams")
            return
        }
        #expect(streams.allSatisfy { $0["stats_out"]?["packets"] == .integer(0) })
    }

    @Test func `Sources, recording and SRTP are told where there are any`() {
        var report = Self.report()
        report.records = true
        report.metadata = "order:A-1"
        report.sources = [
            SourceReport(ssrc: .max, counts: PacketCounts(packets: 1, bytes: 2), lastSequence: 70_000, lost: 3)
        ]
        report.tags[0].medias[0].streams[0].cryptoSuite = "AES_CM_128_HMAC_SHA1_80"
        report.tags[0].medias[0].streams[0].local = EndpointReport(address: "2001:db8::1", port: 1)
        let reply = NGValue.dictionary(NGReply.call(report))
        #expect(reply["recording"]?["call recording"] == .integer(1) && reply["metadata"] == .text("order:A-1"))
        #expect(reply["SSRC"]?["4294967295"]?["last RTP seq"] == .integer(70_000))
        guard case .list(let medias)? = reply["tags"]?["a"]?["medias"],
            case .list(let streams)? = medias.first?["streams"]
        else { return }
        #expect(streams[0]["crypto suite"] == .text("AES_CM_128_HMAC_SHA1_80") && streams[0]["family"] == .text("IPv6"))
        #expect(reply["totals"]?["RTP"]?["packets"] == .integer(100))
    }

    @Test func `Statistics have no key that rtpengine lacks, and those that clients read`() throws {
        var report = StatisticsReport()
        report.proxies = [StatisticsReport.Proxy(address: "127.0.0.1", requests: ["block-dtmf": 3], errors: 1)]
        (report.callSeconds, report.endedSessions, report.uptime) = (3, 2, 18)
        let (ours, theirs) = (NGReply.statistics(report), try Self.rtpengine("statistics"))
        for (section, value) in [("currentstatistics", 13), ("totalstatistics", 16), ("controlstatistics", 25)] {
            guard case .dictionary(let ours)? = ours["statistics"]?[section],
                case .dictionary(let theirs)? = theirs["statistics"]?[section]
            else {
                Issue.record("no \(section)")
                continue
            }
            #expect(ours.count == value && Set(ours.keys).isSubset(of: theirs.keys), "\(section)")
        }
        let statistics = ours["statistics"]
        #expect(statistics?["totalstatistics"]?["avgcallduration"] == .text("1.500000"))
        #expect(statistics?["totalstatistics"]?["uptime"] == .text("18"))
        #expect(statistics?["controlstatistics"]?["totalblkdtmfcount"] == .integer(3))
        guard case .list(let proxies)? = statistics?["controlstatistics"]?["proxies"] else { return }
        #expect(proxies[0]["errorcount"] == .integer(1) && proxies[0]["blkdtmfcount"] == .integer(3))
    }

    @Test func `Short replies are rtpengine's, byte by byte`() throws {
        let offer = try Self.rtpengine("offer")
        guard case .string(let sdp)? = offer["sdp"] else { throw NGRefusal("no SDP") }
        #expect(NGReply.sdp(sdp) == offer)
        #expect(NGReply.calls(["call-1"]) == (try Self.rtpengine("list")))
        let subscription = try Self.rtpengine("subscribe-request")
        guard case .string(let copy)? = subscription["sdp"], let tag = subscription["to-tag"]?.text else {
            throw NGRefusal("no SDP")
        }
        #expect(NGReply.subscription(sdp: copy, fromTags: ["a"], toTag: tag) == subscription)
        #expect(NGReply.unknownDeleted(isFatal: false)["result"] == .text("ok"))
        #expect(NGReply.unknownDeleted(isFatal: true)["result"] == .text("error"))
        #expect(NGReply.loadLimit("full", isUnderstood: true)["result"] == .text("load limit"))
        #expect(NGReply.loadLimit("full", isUnderstood: false)["result"] == .text("error"))
        #expect(NGReply.playing(milliseconds: 7)["duration"] == .integer(7))
    }
}
