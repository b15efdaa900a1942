import NGControl
import Support
import Testing

struct NGMessageTests {
    private static func parsed(_ text: String) throws(NGUnreadable) -> NGMessage {
        try NGMessage(parsing: Array(text.utf8))
    }

    private static func fault(_ text: String) -> NGFault? {
        do throws(NGUnreadable) {
            _ = try parsed(text)
            return nil
        } catch { return error.fault }
    }

    @Test func `A message is what its writer meant, in both forms`() throws {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for turn in 0..<4000 {
            let isText = turn.isMultiple(of: 2)
            let message = NGMessage(
                cookie: Array("\(turn)_x".utf8), form: isText ? .json : .bencode,
                body: Samples.dictionary(depth: 5, isText: isText, using: &random))
            #expect(try NGMessage(parsing: message.bytes) == message, "seed \(seed), turn \(turn)")
        }
    }

    @Test func `Messages of Kamailio and rtpengine are read and written back, sorted by key`() throws {
        for bytes in try Samples.files() {
            let message = try NGMessage(parsing: bytes)
            #expect(message.form == .bencode && message.contradicted.isEmpty)
            #expect(message.bytes.count == bytes.count)
            #expect(try NGMessage(parsing: message.bytes) == message)
        }
    }

    @Test func `Keys are written in the order of their bytes`() throws {
        let message = try Self.parsed(#"c {"b":1,"a":{"d":[2,"x"],"B":-3}}"#)
        #expect(String(decoding: message.bytes, as: UTF8.self) == #"c {"a":{"B":-3,"d":[2,"x"]},"b":1}"#)
        var other = message
        other.form = .bencode
        #expect(String(decoding: other.bytes, as: UTF8.self) == "c d1:ad1:Bi-3e1:dli2e1:xee1:bi1ee")
    }

    @Test func `A reply has the cookie and the form of its request`() throws {
        let bencode = try Self.parsed("7_1 d7:command4:pinge").reply(NGReply.pong)
        #expect(String(decoding: bencode.bytes, as: UTF8.self) == "7_1 d6:result4:ponge")
        let json = try Self.parsed(#"7_1 {"command":"ping"}"#).reply(NGReply.pong)
        #expect(String(decoding: json.bytes, as: UTF8.self) == #"7_1 {"result":"pong"}"#)
    }

    @Test(arguments: [
        ("", NGFault.cutShort), (" d7:command4:pinge", .malformed), ("c", .cutShort), ("c ", .cutShort),
        ("c le", .malformed), ("c hello", .malformed), ("c i1e", .malformed), ("c 4:ping", .malformed),
        ("c d", .cutShort), ("c d1:a", .cutShort), ("c d1:ae", .malformed), ("c di1e1:ae", .malformed),
        ("c d1:a99:be", .cutShort), ("c d1:a99999:be", .tooLong),
        ("c d1:a99999999999999999999:be", .malformed), ("c d1:a-1:be", .malformed), ("c d:a:be", .malformed),
        ("c d1:aiee", .malformed), ("c d1:ai-ee", .malformed), ("c d1:ai--1ee", .malformed),
        ("c d1:ai9223372036854775808ee", .malformed), ("c d1:ai-9223372036854775809ee", .malformed),
        ("c d1:ai1.5ee", .malformed), ("c dex", .malformed), ("c {", .cutShort), ("c {\"a\"}", .malformed),
        ("c {\"a\":1,}", .malformed), ("c {\"a\":01x}", .malformed), ("c {\"a\":tru}", .malformed),
        ("c {\"a\":9223372036854775808}", .malformed), ("c {\"a\":\"\\x\"}", .malformed),
        ("c {\"a\":1e}", .malformed), ("c {\"a\":--1}", .malformed), ("c {\"a\":\"\n\"}", .malformed),
        ("c {}{}", .malformed),
    ])
    func `What is no message is said to be none`(text: String, fault: NGFault) {
        #expect(Self.fault(text) == fault, "\(text)")
    }

    @Test func `The largest and smallest numbers are read`() throws {
        let message = try Self.parsed("c d1:ai9223372036854775807e1:bi-9223372036854775808ee")
        #expect(message.body["a"] == .integer(.max) && message.body["b"] == .integer(.min))
    }

    @Test func `JSON has what bencode lacks`() throws {
        let message = try Self.parsed(
            #"c {"t":true,"f":false,"n":null,"x":-1.5e2,"l":[1,null,2],"u":"\u00e9\ud83d\ude00\ud800"}"#)
        #expect(
            NGValue.dictionary(message.body)
                == .named([
                    "t": .integer(1), "f": .integer(0), "x": .text("-1.5e2"), "l": .list([.integer(1), .integer(2)]),
                    "u": .text("é\u{1F600}\u{FFFD}"),
                ]))
    }

    @Test func `Depth and size are bounded`() {
        for (open, close, fill) in [("l", "e", "d1:a"), ("[", "]", "{\"a\":")] {
            let end = fill.hasPrefix("d") ? "e" : "}"
            let text = { (depth: Int) in
                "c " + fill + String(repeating: open, count: depth) + String(repeating: close, count: depth) + end
            }
            #expect(Self.fault(text(31)) == nil)
            #expect(Self.fault(text(32)) == .tooDeep)
            #expect(Self.fault(text(20_000)) == .tooDeep)
        }
        #expect(Self.fault("c " + String(repeating: "l", count: 70_000)) == .tooLong)
        #expect(Self.fault("c d1:a65000:" + String(repeating: "x", count: 65_000) + "e") == nil)
        #expect(Self.fault(String(repeating: "c", count: 257) + " de") == .malformed)
    }

    @Test func `Of two values of a key the first holds, and the doubt is kept`() throws {
        for text in ["c d1:a1:x1:a1:y1:b1:z1:b1:ze", #"c {"a":"x","a":"y","b":"z","b":"z"}"#] {
            let message = try Self.parsed(text)
            #expect(message.body["a"] == .text("x") && message.contradicted == [Array("a".utf8)])
        }
    }

    @Test func `A fault is answered in the form that was tried, where there is a cookie`() throws {
        let reply = { (text: String) -> String? in
            do throws(NGUnreadable) {
                _ = try Self.parsed(text)
                return nil
            } catch { return error.reply.map { String(decoding: $0.bytes, as: UTF8.self) } }
        }
        #expect(reply("7 le") == "7 d12:error-reason22:Invalid NG data format6:result5:errore")
        #expect(reply("7 {") == #"7 {"error-reason":"Failed to parse JSON document","result":"error"}"#)
        #expect(reply("garbage") == nil)
    }

    @Test func `A stream is cut into messages wherever its packets end`() throws {
        let messages: [[UInt8]] = try Samples.files() + [Array(#"j {"command":"ping"}"#.utf8)]
        let stream: [UInt8] = Array(messages.joined(separator: [0x0A]))
        var buffer: [UInt8] = []
        var read: [NGMessage] = []
        for byte in stream {
            buffer.append(byte)
            guard byte == UInt8(ascii: "e") || byte == UInt8(ascii: "}"),
                let (message, count) = try NGMessage.first(inStream: buffer)
            else { continue }
            read.append(message)
            buffer.removeFirst(count)
        }
        #expect(read == (try messages.map { try NGMessage(parsing: $0) }))
        #expect(throws: NGUnreadable.self) { try NGMessage.first(inStream: Array("c hello".utf8)) }
    }

    @Test func `No bytes whatever stop the reader`() throws {
        let samples = try Samples.files()
        let asJSON = try samples.map { bytes in
            var message = try NGMessage(parsing: bytes)
            message.form = .json
            return message.bytes
        }
        var read = 0
        forEachMutant(of: samples + asJSON, usually: 100_000) { bytes in
            _ = try? NGMessage.first(inStream: bytes)
            guard let message = try? NGMessage(parsing: bytes) else { return }
            read += 1
            _ = try? NGRequest(message)
            if message.form == .bencode, message.contradicted.isEmpty {
                #expect((try? NGMessage(parsing: message.bytes)) == message)
            }
        }
        #expect(read > 1000)
    }
}
