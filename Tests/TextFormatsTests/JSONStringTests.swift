import Foundation
import Testing
import TextFormats

@Suite struct JSONStringTests {
    private static func written(_ text: String, showsSteering: Bool) -> [UInt8] {
        var json: [UInt8] = []
        JSONString.append(text, to: &json, showsSteering: showsSteering)
        return json
    }

    @Test(arguments: [false, true]) func `A decoder reads every scalar below U+3000 back`(showsSteering: Bool) throws {
        for value in UInt32(0)..<0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a\(scalar)\\\"é👍🏽"
            let json = Self.written(text, showsSteering: showsSteering)
            let back = try JSONDecoder().decode([String].self, from: Data([0x5B] + json + [0x5D]))
            #expect(back == [text])
            if showsSteering {
                #expect(!String(decoding: json, as: UTF8.self).unicodeScalars.contains { $0.isSteering })
            }
        }
    }

    /// An audit log's chain hangs on the very bytes.
    @Test func `It is what Foundation's encoder writes without escaped slashes`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        for value in UInt32(0)..<0x300 {
            let text = "/\(Unicode.Scalar(value).map(String.init) ?? "")"
            let expected = try Array(encoder.encode(text))
            #expect(Self.written(text, showsSteering: false) == expected, "U+\(value)")
        }
    }
}
