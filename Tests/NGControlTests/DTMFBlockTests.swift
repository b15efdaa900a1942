import NGControl
import Testing

/// Whose keys are hidden, and how: a mistake here lets a card number through.
struct DTMFBlockTests {
    private static func block(_ entries: KeyValuePairs<String, NGValue>) throws(NGRefusal) -> DTMFBlock? {
        let given = Array(entries.map { ($0.key, $0.value) }) + [("call-id", NGValue.text("c"))]
        var body: NGDictionary = [:]
        for (key, value) in given { body[key] = value }
        guard case .blockDTMF(let block) = try NGRequest(Samples.message("block DTMF", body)) else { return nil }
        return block
    }

    private static func release(_ entries: KeyValuePairs<String, NGValue>) throws(NGRefusal) -> DTMFRelease? {
        var body: NGDictionary = [:]
        for (key, value) in entries { body[key] = value }
        body["call-id"] = .text("c")
        guard case .unblockDTMF(let release) = try NGRequest(Samples.message("unblock DTMF", body)) else { return nil }
        return release
    }

    private static let directional = Samples.list("directional")

    @Test func `Without directional an order means the whole call, whatever tag it has`() throws {
        #expect(try Self.block([:])?.scope == .call)
        #expect(try Self.block(["from-tag": .text("a")])?.scope == .call)
        #expect(try Self.block(["from-tag": .text("a"), "flags": Samples.list("detect-DTMF")])?.scope == .call)
        #expect(try Self.release([:])?.scope == .call)
        #expect(try Self.release(["from-tag": .text("a")])?.scope == .call)
    }

    @Test func `With directional it means the party of the tag`() throws {
        for flags in [
            Self.directional, .text("directional"), .text("detect-DTMF directional"), Samples.list("Directional"),
        ] {
            #expect(try Self.block(["from-tag": .text("a"), "flags": flags])?.scope == .tag("a"))
            #expect(try Self.release(["from-tag": .text("a"), "flags": flags])?.scope == .tag("a"))
        }
        #expect(try Self.block(["from-tag": .text("x"), "rtpp_flags": .text("from-tag=a")])?.scope == .tag("a"))
        #expect(try Self.block(["from_tag": .text("a"), "rtpp-flags": .text("directional")])?.scope == .tag("a"))
    }

    @Test func `A label and an address name a party, with directional or without`() throws {
        for flags in [Self.directional, .list([])] {
            #expect(try Self.block(["label": .text("L"), "flags": flags])?.scope == .label("L"))
            #expect(try Self.block(["address": .text("::1"), "flags": flags])?.scope == .address("::1"))
            #expect(
                try Self.block(["label": .text("L"), "address": .text("::1"), "from-tag": .text("a"), "flags": flags])?
                    .scope == .label("L"))
            #expect(
                try Self.release(["address": .text("::1"), "from-tag": .text("a"), "flags": flags])?.scope
                    == .address("::1"))
        }
    }

    @Test func `All means everyone, before everything else`() throws {
        for entry in [
            ("flags", Samples.list("all")), ("flags", Samples.list("directional", "all")), ("all", .text("all")),
        ] {
            #expect(
                try Self.block([entry.0: entry.1, "from-tag": .text("a"), "label": .text("L")])?.scope == .everyone)
            #expect(try Self.release([entry.0: entry.1, "from-tag": .text("a")])?.scope == .everyone)
        }
        #expect(try Self.block(["all": .text("none")])?.scope == .call)
    }

    @Test func `In doubt more is hidden, and nothing is let through`() throws {
        #expect(try Self.block(["flags": Self.directional])?.scope == .call)
        #expect(throws: NGRefusal.self) { try Self.release(["flags": Self.directional]) }
        #expect(try Self.block(["all": .text("everything")])?.scope == .everyone)
        #expect(throws: NGRefusal.self) { try Self.release(["all": .text("everything")]) }
    }

    @Test(arguments: [
        ("drop", DTMFSecurity.drop), ("silence", .silence), ("tone", .tone), ("random", .random), ("zero", .zero),
        ("DTMF", .dtmf), ("Silence", .silence), ("off", .drop),
    ])
    func `A mode is known in any case, and an order to hide always hides`(word: String, mode: DTMFSecurity) throws {
        for key in ["DTMF-security", "DTMF security", "dtmf_security"] {
            #expect(try Self.block([key: .text(word)])?.mode == mode)
        }
        #expect(try Self.block(["flags": Samples.list("DTMF-security=" + word)])?.mode == mode)
        #expect(try Self.block(["rtpp_flags": .text("directional DTMF-security=" + word)])?.mode == mode)
    }

    @Test func `Without a mode keys are dropped`() throws {
        #expect(try Self.block([:])?.mode == .drop)
    }

    @Test(arguments: [
        ("DTMF-security", NGValue.text("frob")), ("DTMF-security", .text("")), ("DTMF-security", .integer(0)),
        ("DTMF-security", .list([])), ("DTMF-security-trigger", .text("frob")), ("trigger", .text("12x")),
        ("delay-buffer", .text("60ms")), ("delay-buffer", .integer(-1)), ("delay-buffer", .integer(.max)),
        ("flags", .integer(1)), ("flags", .list([.list([])])), ("rtpp_flags", .text("a=[b")), ("label", .text("")),
        ("address", .text("")), ("from-tag", .list([])), ("digit", .text("x")), ("frequency", .text("a")),
    ])
    func `What cannot be understood is an error that names the call`(key: String, value: NGValue) {
        do throws(NGRefusal) {
            _ = try Self.block([
                key: value, key == "trigger" ? "x" : "trigger": .text("12"),
                "flags": key == "flags" ? value : Self.directional,
            ])
            Issue.record("\(key) was understood")
        } catch {
            #expect(error.callToSecure == "c")
            #expect(error.reply["result"] == .text("error") && error.reply.count == 2)
        }
    }

    @Test func `Two values of a key that matters are an error`() throws {
        for text in [
            "c d7:command10:block DTMF7:call-id1:c13:DTMF-security7:silence13:DTMF-security3:offe",
            "c d7:command10:block DTMF7:call-id1:c13:DTMF-security7:silence13:DTMF_security3:offe",
            #"c {"command":"block DTMF","call-id":"c","label":"a","label":"b"}"#,
        ] {
            let message = try NGMessage(parsing: Array(text.utf8))
            do throws(NGRefusal) {
                _ = try NGRequest(message)
                Issue.record("it was understood")
            } catch {
                #expect(error.reason.hasPrefix("Two values of") && error.callToSecure == "c")
            }
        }
        let harmless = "c d3:ICE6:remove3:ICE5:force7:call-id1:c7:command10:block DTMFe"
        #expect(throws: Never.self) { try NGRequest(NGMessage(parsing: Array(harmless.utf8))) }
    }

    private static func refusal(_ command: String, _ entries: [(String, NGValue)]) -> NGRefusal? {
        var body: NGDictionary = [:]
        (body["call-id"], body["from-tag"], body["to-tag"]) = (.text("c"), .text("a"), .text("b"))
        body["sdp"] = .text("v=0\r\n")
        for (key, value) in entries { body[key] = value }
        do throws(NGRefusal) {
            _ = try NGRequest(Samples.message(command, body))
            return nil
        } catch { return error }
    }

    @Test(arguments: ["offer", "answer"])
    func `A refused offer or answer that was to hide keys names its call`(command: String) {
        let hide = ("flags", Samples.list("block-DTMF"))
        for wrong in [
            ("DTMF-security", NGValue.text("frob")), ("sdp", .text("")), ("transport-protocol", .text("RTP/FROB")),
            ("delay-buffer", .text("x")), ("from-tag", .text("")),
        ] {
            #expect(Self.refusal(command, [hide, wrong])?.callToSecure == "c", "\(wrong)")
            #expect(Self.refusal(command, [wrong, ("block_DTMF", .integer(1))])?.callToSecure == "c", "\(wrong)")
            #expect(Self.refusal(command, [wrong, ("trigger", .text("*1"))])?.callToSecure == "c", "\(wrong)")
        }
        // Flags that cannot be read may have said so.
        #expect(Self.refusal(command, [("rtpp_flags", .text("block-DTMF a=[b"))])?.callToSecure == "c")
        #expect(Self.refusal(command, [("flags", .list([.list([])]))])?.callToSecure == "c")
        let plain = Self.refusal(command, [("sdp", .text(""))])
        #expect(plain != nil && plain?.callToSecure == nil)
    }

    @Test func `The call is named however its key is spelled`() {
        for key in ["call-id", "call_id", "Call-ID", "callid"] {
            let body: NGDictionary = [Array(key.utf8): .text("c"), Array("DTMF-security".utf8): .text("frob")]
            do throws(NGRefusal) {
                _ = try NGRequest(Samples.message("block DTMF", body))
                Issue.record("it was understood")
            } catch { #expect(error.callToSecure == "c", "\(key)") }
        }
        #expect(Self.refusal("unblock DTMF", [("flags", Samples.list("directional")), ("from-tag", .text(""))]) != nil)
        #expect(Self.refusal("query", [("call-id", .text(""))])?.callToSecure == nil)
    }

    @Test func `Two commands in one message are an error that names the call`() throws {
        let text = "c d7:call-id1:c7:command4:ping7:command10:block DTMFe"
        let message = try NGMessage(parsing: Array(text.utf8))
        do throws(NGRefusal) {
            _ = try NGRequest(message)
            Issue.record("it was understood")
        } catch { #expect(error.callToSecure == "c") }
    }

    @Test func `A code hides keys once it is dialled`() throws {
        let block = try #require(try Self.block(["trigger": .text("*1#"), "end trigger": .text("##")]))
        #expect(block.mode == .off)
        let trigger = try #require(block.trigger)
        #expect(trigger.keys.keys == Array("*1#".utf8) && trigger.endKeys?.keys == Array("##".utf8))
        #expect(trigger.mode == .drop && trigger.endMode == .off && trigger.endCount == nil)
        #expect("\(block)".contains("*1#") == false && "\(String(reflecting: trigger))".contains("*1#") == false)
        let both = try #require(
            try Self.block([
                "trigger": .text("*1"), "DTMF-security": .text("silence"), "DTMF-security-trigger": .text("random"),
                "DTMF-security-trigger-end": .text("tone"), "trigger-end-time": .text("30000"),
                "trigger-end-digits": .integer(19),
            ]))
        #expect(both.mode == .silence && both.trigger?.mode == .random && both.trigger?.endMode == .tone)
        #expect(both.trigger?.endMilliseconds == 30_000 && both.trigger?.endCount == 19)
        let off = try #require(try Self.block(["trigger": .text("*1"), "DTMF-security-trigger": .text("off")]))
        #expect(off.trigger?.mode == .drop)
    }

    private static func signalled(
        _ entries: KeyValuePairs<String, NGValue>, isAnswer: Bool = false
    ) throws(NGRefusal) -> DTMFBlock? {
        var body: NGDictionary = [:]
        for (key, value) in entries { body[key] = value }
        (body["call-id"], body["from-tag"], body["to-tag"]) = (.text("c"), .text("a"), .text("b"))
        (body["sdp"], body["label"]) = (.text("v=0\r\n"), .text("L"))
        switch try NGRequest(Samples.message(isAnswer ? "answer" : "offer", body)) {
        case .offer(let offer), .answer(let offer): return offer.dtmf
        default: return nil
        }
    }

    @Test func `An offer or an answer hides keys of the whole call, or with directional of its sender`() throws {
        for flag in ["block DTMF", "block-DTMF", "block_dtmf"] {
            for flags in [Samples.list(flag), .text(flag), .text("trust-address, " + flag)] {
                #expect(try Self.signalled(["flags": flags])?.scope == .call)
                #expect(try Self.signalled(["flags": flags])?.mode == .drop)
            }
            let flags = Samples.list(flag, "directional")
            #expect(try Self.signalled(["flags": flags])?.scope == .tag("a"))
            #expect(try Self.signalled(["flags": flags], isAnswer: true)?.scope == .tag("b"))
        }
        #expect(
            try Self.signalled(["rtpp_flags": .text("replace-origin block-DTMF DTMF-security=zero")])?.mode == .zero)
        #expect(try Self.signalled([:]) == nil)
        #expect(try Self.signalled(["DTMF-security": .text("silence")]) == nil)
        #expect(try Self.signalled(["trigger": .text("*1")])?.mode == .off)
        #expect(throws: NGRefusal.self) {
            try Self.signalled(["flags": Samples.list("block-DTMF"), "DTMF-security": .text("frob")])
        }
    }
}
