import NGControl
import RTPMedia
import Support
import Testing

@testable import TrunkRelay

@Suite(.serialized) struct NGServerTests {
    @Test func `A request that is sent again gets the same reply, and is carried out once`() throws {
        let host = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let control = try DatagramSocket(bindingTo: host)
        let loop = MediaLoop()
        loop.start()
        defer { loop.stop() }
        let settings = try #require(RelaySettings(interface: "127.0.0.1", ports: 21_600...21_699))
        guard let registry = CallRegistry(settings, loops: [loop]) else { return }
        var server = NGServer(socket: control, registry: registry)
        let party = try Party()
        let body: NGDictionary = [
            Array("command".utf8): .text("offer"), Array("call-id".utf8): .text("c"),
            Array("from-tag".utf8): .text("a"), Array("sdp".utf8): .text(party.sdp()),
        ]
        let request = NGMessage(cookie: Array("77".utf8), form: .json, body: body).bytes
        var replies: [[UInt8]] = []
        for _ in 0..<3 {
            party.socket.send(request.span, to: control.address)
            server.serve(milliseconds: 1_000)
            replies.append(try #require(party.receive()).packet)
        }
        #expect(Set(replies).count == 1 && server.registry.count == 1)
        #expect(replies[0].starts(with: Array("77 {".utf8)))
        // The same cookie with another request is no repetition.
        var other = body
        other[Array("command".utf8)] = .text("delete")
        let bytes = NGMessage(cookie: Array("77".utf8), form: .json, body: other).bytes
        party.socket.send(bytes.span, to: control.address)
        server.serve(milliseconds: 1_000)
        #expect(try #require(party.receive()).packet != replies[0] && server.registry.count == 0)
        party.socket.send(Array("no message".utf8).span, to: control.address)
        server.serve(milliseconds: 1_000)
        #expect(String(decoding: try #require(party.receive()).packet, as: UTF8.self).contains("error"))
    }

    @Test func `No request breaks the relay, and calls go on`() throws {
        var proxy = try Proxy(ports: 21_700...21_799, mostCalls: 10)
        let call = try Connected(&proxy)
        let (party, tags) = (try Party(), ["a", "b"])
        let seeds = ["offer", "answer", "block DTMF", "unblock DTMF", "query", "block media", "list"].map { command in
            var body: NGDictionary = [:]
            let fields = [
                "command": command, "call-id": "d", "from-tag": tags[0], "to-tag": tags[1], "sdp": party.sdp(),
            ]
            for (key, value) in fields { body[key] = .text(value) }
            return NGMessage(cookie: [49], form: .bencode, body: body).bytes
        }
        forEachMutant(of: seeds, usually: 3_000) { bytes in
            guard let message = try? NGMessage(parsing: bytes) else { return }
            #expect(!proxy.registry.reply(to: message, at: MediaLoop.now).isEmpty)
        }
        call.caller.send(Connected.packet(0), to: call.callerPort)
        #expect(call.agent.receive()?.packet == Connected.packet(0))
    }
}
