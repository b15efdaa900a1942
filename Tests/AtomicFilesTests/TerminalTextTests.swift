import AtomicFiles
import Testing

/// What comes from outside cannot steer a terminal, whatever it holds.
@Suite struct TerminalTextTests {
    /// Characters that an ECMA-48 terminal or the Unicode bidirectional algorithm acts on.
    private static let steering: [UInt32] =
        Array(0..<0x20) + Array(0x7F..<0xA0) + [0x061C, 0x200E, 0x200F, 0x2028, 0x2029] + Array(0x202A...0x202E)
        + Array(0x2066...0x2069)

    @Test("no steering character is left in a name", arguments: steering)
    func names(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        let shown = "a\(scalar)b.wav".quoted
        #expect(!shown.unicodeScalars.contains(scalar))
        #expect(shown.hasPrefix("a\\u{") && shown.hasSuffix("}b.wav"))
    }

    @Test("text keeps its lines and columns, and nothing else of the kind", arguments: steering)
    func text(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        let shown = "a\(scalar)b".terminalText
        #expect(shown.unicodeScalars.contains(scalar) == (scalar == "\n" || scalar == "\t"))
    }

    @Test("a carriage return stays at the end of a line only")
    func carriageReturns() {
        #expect("a,b\r\nc".terminalText == "a,b\r\nc")
        #expect("good\rbad".terminalText == "good\\u{d}bad")
        #expect("good\r".terminalText == "good\\u{d}")
    }

    @Test("plain text of any language stays as it is", arguments: ["call.wav", "Grüße.wav", "запись", "録音 1.wav", "👍🏽"])
    func plain(text: String) {
        #expect(text.quoted == text)
        #expect(text.terminalText == text)
    }

    @Test(arguments: [0x200B, 0x200D, 0x200C, 0xFEFF, 0xAD, 0xFFF9, 0xE0041, 0x2060, 0x180E, 0x115F] as [UInt32])
    func `An invisible character is shown in a name`(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        let name = "call\(scalar).wav"
        #expect(name.quoted == "call\\u{\(String(value, radix: 16))}.wav")
        #expect(PathBytes.shownBytes(name) == PathBytes.base64(name))
    }

    @Test(arguments: ["می‌خواهم.wav", "👩‍👩‍👧.wav", "❤️.wav", "क्‍ष.wav"])
    func `A joiner within a word or an emoji stays`(name: String) { #expect(name.quoted == name) }
}
