import Foundation
import Support
import Testing

@testable import Ledger

/// A row's JSON is written by hand; it is what Foundation's encoder writes.
struct LedgerRowTests {
    private struct Reference: Encodable {
        var address: String
        var id: String
        var payment: String
        var sent: Int
    }

    private static func encoded(_ record: ReceiptRecord) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let reference = Reference(
            address: record.address, id: record.id, payment: record.payment, sent: record.sent)
        return try encoder.encode(reference)
    }

    private static let odd = [
        "", "plain", "\"", "\\", "\\\"", "a/b//c", "</script>", "\n\r\t\u{8}\u{C}", "é", "e\u{301}", "日本", "👩‍👩‍👧", "𝄞",
        "\u{7F}", "\u{2028}\u{2029}", "\u{FEFF}x", "\u{FFFF}", "\u{10FFFF}", " \u{A0} ", "{\"a\":[1]}", "\r\n",
    ]

    @Test func `The JSON of odd text is the encoder's`() throws {
        let controls = (0..<0x20).map { String(Unicode.Scalar(UInt8($0))) }
        let between = controls.map { "a" + $0 + "\"é" }
        for text in Self.odd + controls + between {
            let record = ReceiptRecord(id: text, payment: "pi_" + text, address: text + "@x", sent: -1)
            #expect(Data(record.json.utf8) == (try Self.encoded(record)), "\(text.unicodeScalars.map(\.value))")
        }
    }

    @Test func `Odd text comes back from its row as it went in`() async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s")
        for text in Self.odd { try await probe.ledger.recordReceipt(for: "pi_s", to: text) }
        #expect(try probe.ledger.receipts(for: "pi_s").map(\.address).sorted() == Self.odd.sorted())
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test func `The JSON of random text is the encoder's`() throws {
        var random = SeededGenerator(seed: UInt64.random(in: 0 ... .max))
        let ranges: [ClosedRange<UInt32>] = [
            0...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
        ]
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let range = ranges.randomElement(using: &random) ?? 0...0x7F
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
            }
            let record = ReceiptRecord(id: String(text), payment: "p", address: "a", sent: .max)
            #expect(Data(record.json.utf8) == (try Self.encoded(record)), "\(text.map(\.value))")
        }
    }
}
