import Foundation
import Support
import Testing

@testable import Gateway

/// A reply's JSON is read by hand; what is read is what Foundation reads.
struct ReplyJSONTests {
    private static let whole = #"""
         {"id":"pi_1","\u006eamed":"x","n":-1.5e+3,"none":null,"yes":true,"no":false,"list":[1,"é",{"a":[]},[[]]],
        "texts":{"a":"\"\\\/\b\f\n\r\t","𝄞":"\ud834\udd1e"},"empty":{ }, "last" : [ ] }
        """# + "\n"

    @Test func `Members are found, whatever stands between them`() throws {
        let json = try ReplyJSON(Array(Self.whole.utf8))
        #expect(try json.required("id").text() == "pi_1")
        #expect(try json.member("named")?.text() == "x")
        #expect(try json.required("yes").truth())
        #expect(try !json.required("no").truth())
        #expect(try json.required("list").elements().count == 4)
        #expect(try json.required("list").elements()[1].text() == "é")
        #expect(try json.required("last").elements().isEmpty)
        #expect(try json.required("texts").texts() == ["a": "\"\\/\u{8}\u{C}\n\r\t", "𝄞": "𝄞"])
        #expect(try json.required("empty").texts().isEmpty)
        for name in ["none", "missing", "a", "pi_1", ""] { #expect(try json.member(name) == nil, "\(name)") }
    }

    @Test func `What is of another kind is unreadable`() throws {
        let json = try ReplyJSON(Array(Self.whole.utf8))
        #expect(throws: ReplyJSON.Unreadable.self) { try json.required("missing") }
        for name in ["n", "yes", "list", "empty"] {
            #expect(throws: ReplyJSON.Unreadable.self) { try json.required(name).text() }
        }
        for name in ["id", "n", "list"] {
            #expect(throws: ReplyJSON.Unreadable.self) { try json.required(name).truth() }
            #expect(throws: ReplyJSON.Unreadable.self) { try json.required(name).member("a") }
            #expect(throws: ReplyJSON.Unreadable.self) { try json.required(name).texts() }
        }
        #expect(throws: ReplyJSON.Unreadable.self) { try json.required("empty").elements() }
    }

    @Test func `A reply that is not whole is unreadable`() {
        let bytes = Array(Self.whole.utf8)
        for length in 0..<bytes.count - 1 {
            #expect(throws: ReplyJSON.Unreadable.self, "\(length) bytes") { try ReplyJSON(Array(bytes[..<length])) }
        }
        #expect(throws: ReplyJSON.Unreadable.self) { try ReplyJSON(bytes + [UInt8(ascii: "}")]) }
    }

    @Test(arguments: [
        "", " ", "{", "}", "{,}", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{\"a\" \"b\"}",
        "[1 2]", "tru",
        "nul", "TRUE", "'a'", "\"a", "\"\n\"", "\"\\", "[1}", "{\"a\":1]",
        String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
    ])
    func `No JSON is unreadable`(text: String) {
        #expect(throws: ReplyJSON.Unreadable.self) { try ReplyJSON(Array(text.utf8)) }
    }

    @Test(arguments: [
        #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud834""#, #""\udd1e""#, #""\ud834x\udd1e""#, #""\u+123""#,
    ])
    func `A text with a broken escape is unreadable`(text: String) throws {
        #expect(throws: ReplyJSON.Unreadable.self) { try ReplyJSON(Array(text.utf8)).text() }
    }

    @Test func `A text that is no UTF-8 is unreadable`() {
        for bytes: [UInt8] in [[0xFF], [0xC3], [0xED, 0xA0, 0xB4], [0xC0, 0xAF]] {
            #expect(throws: ReplyJSON.Unreadable.self) { try ReplyJSON([0x22] + bytes + [0x22]).text() }
            #expect(throws: ReplyJSON.Unreadable.self) { try ReplyJSON([0x22] + bytes + Array("\\n\"".utf8)).text() }
        }
    }

    @Test func `Random texts are read as they were written`() throws {
        var random = SeededGenerator(seed: UInt64.random(in: 0 ... .max))
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x20...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
        ]
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let range = ranges.randomElement(using: &random) ?? 0...0x1F
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
            }
            let written = try JSONSerialization.data(withJSONObject: ["a": 1, "b": String(text)])
            #expect(try ReplyJSON(Array(written)).required("b").text() == String(text), "\(text.map(\.value))")
        }
    }

    @Test func `A garbled reply is read or refused, and read as Foundation reads it`() {
        var random = SeededGenerator(seed: UInt64.random(in: 0 ... .max))
        let bytes = Array(Self.whole.utf8)
        let odd = Array("\"\\{}[]:,u0e- \u{0}".utf8)
        for _ in 0..<20_000 {
            var garbled = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                garbled[Int.random(in: 0..<garbled.count, using: &random)] = odd.randomElement(using: &random) ?? 0
            }
            guard let text = try? ReplyJSON(garbled).required("id").text(),
                let other = try? JSONSerialization.jsonObject(with: Data(garbled)) as? [String: Any]
            else { continue }
            #expect(other["id"] as? String == text, "\(String(decoding: garbled, as: UTF8.self))")
        }
    }
}
