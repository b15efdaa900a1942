import TextFormats
import AtomicFiles
import CallControl
import Testing

@testable import tonewall

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

    @Test("a failure about a file is one line, whatever the file's name")
    func failures() {
        let failure = Failure(.dataError, file: "x\n\u{1B}[2Jtonewall: all clean", "is not audio\u{9B}31m")
        #expect(failure.line == "tonewall: x\\u{a}\\u{1b}[2Jtonewall: all clean: is not audio\\u{9b}31m")
    }

    @Test("a JSON line holds the same text in JSON's own escapes")
    func json() {
        var line = JSONLine()
        line.add("file", "a\u{202E}\u{9B}\n\"\u{7F}")
        #expect(line.line == "{\"file\":\"a\\u202e\\u009b\\n\\\"\\u007f\"}\n")
    }
}
