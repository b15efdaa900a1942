import Testing
import TextFormats

@Suite struct JSONLineTests {
    @Test func `What steers a terminal stands in JSON's own escapes`() {
        var line = JSONLine()
        line.add("file", "a\u{202E}\u{9B}\n\"\u{7F}")
        #expect(line.line == "{\"file\":\"a\\u202e\\u009b\\n\\\"\\u007f\"}\n")
    }
}
