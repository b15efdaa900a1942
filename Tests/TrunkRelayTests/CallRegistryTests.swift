import NGControl
import RTPMedia
import SessionDescription
import Testing

@testable import TrunkRelay

@Suite(.serialized) struct CallRegistryTests {
    private static let ports: ClosedRange<UInt16> = 21_000...21_399
    private static let id: [String: NGValue] = ["call-id": .text("c")]
    /// A telephone event of the key 5.
    private static let event: [UInt8] = [5, 10, 0, 160]

    @Test func `A packet goes on as it came, from the relay's port, both ways`() throws {
        var proxy = try Proxy(ports: Self.ports)
        let call = try Connected(&proxy)
        for sequence in 0..<3 {
            let packet = Connected.packet(sequence)
            call.caller.send(packet, to: call.callerPort)
            let heard = try #require(call.agent.receive())
            #expect(heard.packet == packet && Int(heard.port) == call.agentPort)
            call.agent.send(packet, to: call.agentPort)
            #expect(try #require(call.caller.receive()).packet == packet)
        }
    }

    @Test func `A blocked call lets no event pass either way, and an unblocked one does`() throws {
        var proxy = try Proxy(ports: Self.ports)
        let call = try Connected(&proxy)
        let event = Connected.packet(9, type: 101, payload: Self.event)
        #expect(proxy.order("block DTMF", Self.id)["result"]?.text == "ok")
        call.caller.send(event, to: call.callerPort)
        call.agent.send(event, to: call.agentPort)
        #expect(call.agent.receive(milliseconds: 150) == nil && call.caller.receive(milliseconds: 1) == nil)
        #expect(proxy.order("unblock DTMF", Self.id)["result"]?.text == "ok")
        call.caller.send(event, to: call.callerPort)
        #expect(call.agent.receive()?.packet == event)
    }

    /// Each row of scopes hides the caller's keys, and leaves the agent's.
    @Test(arguments: [
        ["flags": NGValue.list([.text("directional")]), "from-tag": .text("a")],
        ["label": .text("payer")],
    ])
    func `An order for one party hides that party's keys alone`(scope: [String: NGValue]) throws {
        var proxy = try Proxy(ports: Self.ports)
        let call = try Connected(&proxy)
        _ = try proxy.exchange("offer", call.caller.sdp(), tags: ["a", "b"], ["label": .text("payer")])
        let event = Connected.packet(9, type: 101, payload: Self.event)
        #expect(proxy.order("block DTMF", scope.merging(Self.id) { $1 })["result"]?.text == "ok")
        call.agent.send(event, to: call.agentPort)
        #expect(call.caller.receive()?.packet == event)
        call.caller.send(event, to: call.callerPort)
        #expect(call.agent.receive(milliseconds: 150) == nil)
    }

    @Test(arguments: [
        ["flags": NGValue.list([.text("directional")]), "from-tag": .text("nobody")],
        ["DTMF-security": .text("no such mode")], ["address": .text("192.0.2.1")], ["label": .text("nobody")],
    ])
    func `An order to hide that cannot be carried out is an error, and hides the whole call`(
        order: [String: NGValue]
    ) throws {
        var proxy = try Proxy(ports: Self.ports)
        let call = try Connected(&proxy)
        #expect(proxy.order("block DTMF", order.merging(Self.id) { $1 })["result"]?.text == "error")
        call.caller.send(Connected.packet(9, type: 101, payload: Self.event), to: call.callerPort)
        #expect(call.agent.receive(milliseconds: 150) == nil)
    }

    @Test func `The flag in an offer hides from the first packet, through re-offers`() throws {
        var proxy = try Proxy(ports: Self.ports)
        let call = try Connected(&proxy, ["flags": .list([.text("block DTMF")])])
        let event = Connected.packet(9, type: 101, payload: Self.event)
        call.caller.send(event, to: call.callerPort)
        #expect(call.agent.receive(milliseconds: 150) == nil)
        _ = try proxy.exchange("offer", call.agent.sdp(), tags: ["b", "a"])
        call.caller.send(Connected.packet(10, type: 101, payload: Self.event), to: call.callerPort)
        #expect(call.agent.receive(milliseconds: 150) == nil)
    }

    @Test(arguments: [
        ("0 101", "v=1\r\n"), ("18", ""),
    ]) func `A re-offer that is refused and was to hide digits hides the whole call`(
        formats: String, head: String
    ) throws {
        var proxy = try Proxy(ports: Self.ports)
        let call = try Connected(&proxy)
        let sdp = head + call.agent.sdp(formats: formats)
        #expect(throws: Proxy.Refused.self) {
            try proxy.exchange("offer", sdp, tags: ["b", "a"], ["flags": .list([.text("block DTMF")])])
        }
        call.caller.send(Connected.packet(9, type: 101, payload: Self.event), to: call.callerPort)
        #expect(call.agent.receive(milliseconds: 150) == nil)
    }

    @Test func `What cannot be decoded is taken out of the offer, with its lines`() throws {
        var proxy = try Proxy(ports: Self.ports)
        let party = try Party()
        let offer = try proxy.exchange(
            "offer",
            party.sdp(
                formats: "18 111 8 96 0 101 13",
                [
                    "rtpmap:111 opus/48000/2", "fmtp:111 useinbandfec=1", "rtpmap:96 AMR-WB/16000",
                    "rtpmap:101 telephone-event/8000", "rtcp-mux", "candidate:1 1 UDP 1 192.0.2.1 9 typ host",
                ]), tags: ["a"])
        #expect(offer.media[0].rtpFormats.map(\.payloadType) == [8, 0, 101, 13])
        let text = String(decoding: offer.bytes, as: UTF8.self)
        #expect(!text.contains("opus") && !text.contains("candidate") && !text.contains("rtcp-mux"))
        #expect(throws: Proxy.Refused.self) {
            try proxy.exchange("offer", party.sdp(formats: "18", []), call: "d", tags: ["a"])
        }
        #expect(proxy.registry.count == 1, "a call that was refused leaves nothing")
    }

    @Test func `Nobody else speaks into a call, and a new SDP moves a party`() throws {
        var proxy = try Proxy(ports: Self.ports)
        let call = try Connected(&proxy)
        call.caller.send(Connected.packet(0), to: call.callerPort)
        #expect(call.agent.receive() != nil)
        let other = try Party()
        other.send(Connected.packet(1, code: 3), to: call.callerPort)
        #expect(call.agent.receive(milliseconds: 150) == nil)
        call.agent.send(Connected.packet(0), to: call.agentPort)
        #expect(call.caller.receive() != nil && other.receive(milliseconds: 1) == nil)
        _ = try proxy.exchange("offer", other.sdp(), tags: ["a", "b"])
        other.send(Connected.packet(2), to: call.callerPort)
        #expect(call.agent.receive()?.packet == Connected.packet(2))
        call.caller.send(Connected.packet(3), to: call.callerPort)
        #expect(call.agent.receive(milliseconds: 150) == nil)
    }

    @Test func `A call that was deleted leaves no port and no call, and its packets are in the report`() throws {
        var proxy = try Proxy(ports: 21_400...21_403)
        for round in 0..<5 {
            let call = try Connected(&proxy)
            call.caller.send(Connected.packet(round), to: call.callerPort)
            #expect(call.agent.receive() != nil)
            let report = proxy.order("delete", Self.id)
            #expect(report["result"]?.text == "ok" && report["tags"] != nil)
            #expect(proxy.registry.count == 0)
        }
        #expect(proxy.order("delete", Self.id)["warning"] != nil)
        #expect(proxy.order("query", Self.id)["result"]?.text == "error")
    }

    @Test func `Calls beyond the limit are refused when they are offered, and those that run go on`() throws {
        var proxy = try Proxy(ports: Self.ports, mostCalls: 1)
        let call = try Connected(&proxy)
        #expect(throws: Proxy.Refused.self) { try Connected(&proxy, call: "d") }
        #expect(throws: Proxy.Refused.self) {
            try Connected(&proxy, call: "e", ["supports": .list([.text("load limit")])])
        }
        call.caller.send(Connected.packet(0), to: call.callerPort)
        #expect(call.agent.receive() != nil)
        var small = try Proxy(ports: 21_410...21_412)
        #expect(throws: Proxy.Refused.self) { try Connected(&small) }
        #expect(small.registry.count == 0)
    }

    @Test func `A call in which nothing is heard is over after a time`() throws {
        var proxy = try Proxy(ports: Self.ports)
        _ = try Connected(&proxy)
        #expect(proxy.registry.endSilentCalls(at: MediaLoop.now + 59_000_000) == [])
        #expect(proxy.registry.endSilentCalls(at: MediaLoop.now + 61_000_000) == ["c"])
        #expect(proxy.registry.count == 0)
    }

    @Test func `Hold by an address of zeros sends nothing there, and the way back opens again`() throws {
        var proxy = try Proxy(ports: Self.ports)
        let call = try Connected(&proxy)
        call.caller.send(Connected.packet(0), to: call.callerPort)
        #expect(call.agent.receive() != nil)
        let held = call.agent.sdp().replacing("c=IN IP4 127.0.0.1", with: "c=IN IP4 0.0.0.0")
        _ = try proxy.exchange("offer", held, tags: ["b", "a"])
        call.caller.send(Connected.packet(1), to: call.callerPort)
        #expect(call.agent.receive(milliseconds: 150) == nil)
        _ = try proxy.exchange("offer", call.agent.sdp(), tags: ["b", "a"])
        call.caller.send(Connected.packet(2), to: call.callerPort)
        #expect(call.agent.receive()?.packet == Connected.packet(2))
    }
}
