import Testing
import TextFormats

@Suite struct JSONLineTests {
    @Test func `Characters that control a terminal use JSON's escapes`() {
        var line = JSONLine()
        line.add("file", "a\u{202E}\u{9B}\n\"\u{7F}")
        #expect(line.line == "{\"file\":\"a\\u202e\\u009b\\n\\\"\\u007f\"}\n")
    }
}
