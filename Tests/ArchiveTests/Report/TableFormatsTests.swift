import TextFormats
import AtomicFiles
import Foundation
import FoundationXML
import Support
import Testing

@testable import Archive

struct TableFormatsTests {
    @Test func `Tables have keys only on request`() throws {
        let folder = smallArchive()
        let judgement = try #require(RecordingJudgement.judge(folder("sub/digit.wav")))
        let masked = JudgementRecord(judgement, revealed: false, reason: nil, warning: nil)
        #expect(masked.findings.map(\.digit) == [nil])
        let object = String(decoding: try JSONEncoder().encode(masked), as: UTF8.self)
        #expect(!object.contains("hz") && !object.contains("\"5\""))
        let told = JudgementRecord(judgement, revealed: true, reason: nil, warning: nil)
        #expect(told.findings.map(\.digit) == ["5"])
        #expect(JudgementCSV.lines(told).contains(",5,"))
    }

    @Test func `Names that are markup, formulas or quotes stay names`() {
        var judgement = RecordingJudgement(path: "=cmd|\"<b>&'.wav")
        judgement.failure = .endsEarly(heard: 1, promised: 2)
        let record = JudgementRecord(judgement, revealed: false, reason: "a, \"b\"", warning: nil)
        #expect(JudgementCSV.lines(record).hasPrefix("\"'=cmd|\"\"<b>&'.wav\",unjudged"))
        var totals = ArchiveTotals()
        totals.add(record)
        let document = JUnit.document([record], totals: totals, isPartial: true)
        #expect(document.contains("name=\"=cmd|&quot;&lt;b&gt;&amp;&#39;.wav\""))
        #expect(document.contains("errors=\"1\"") && document.contains("partial"))
    }

    /// What a reader of XML finds: names and properties of the cases; `nil` if it is no XML.
    private final class Reader: NSObject, XMLParserDelegate {
        var suites: [[String: String]] = []
        var cases: [[String: String]] = []
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            if name == "testsuite" { suites.append(attributes) }
            if name == "testcase" { cases.append(attributes) }
            if name == "property", !cases.isEmpty {
                cases[cases.count - 1][attributes["name"] ?? ""] = attributes["value"]
            }
        }

        static func read(_ text: String) -> Reader? {
            let (reader, parser) = (Reader(), XMLParser(data: Data(text.utf8)))
            parser.delegate = reader
            return parser.parse() ? reader : nil
        }
    }

    @Test func `An empty archive is a document`() throws {
        let reader = try #require(Reader.read(JUnit.document([], totals: ArchiveTotals(), isPartial: false)))
        #expect(reader.suites.count == 1 && reader.suites[0]["tests"] == "0" && reader.cases.isEmpty)
        #expect(JudgementCSV.head.hasSuffix("\r\n"))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `The bytes of any name are preserved in every table`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var records: [JudgementRecord] = []
        var names: [[UInt8]] = []
        for verdict in 0..<300 {
            let name = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
                UInt8.random(in: 1...255, using: &generator)
            }
            names.append(Int.random(in: 0...9, using: &generator) == 0 ? [0xEF, 0xBF, 0xBE] + name : name)
            let path = PathBytes.text(names[verdict])
            records.append(
                verdict % 2 == 0
                    ? JudgementRecord(.skipped, path: path, reason: "why & \"how\" <b> \u{1B}\u{202E}")
                    : JudgementRecord(RecordingJudgement(path: path), revealed: false, reason: nil, warning: "w,\n"))
        }
        let reader = try #require(
            Reader.read(JUnit.document(records, totals: ArchiveTotals(), isPartial: true)), "seed \(seed)")
        #expect(reader.cases.count == records.count)
        for (found, name) in zip(reader.cases, names) {
            let told = found["path_bytes"].flatMap { Data(base64Encoded: $0) }.map { Array($0) }
            #expect(told ?? Array((found["name"] ?? "").utf8) == name, "seed \(seed)")
        }
        for (record, name) in zip(records, names) {
            let json = SafeJSON.encode(record)
            #expect(!json.unicodeScalars.contains { $0.isSteering })
            let back = try JSONDecoder().decode(JudgementRecord.self, from: Data(json.utf8))
            #expect(PathBytes.bytes(back.file) == name && back == record, "seed \(seed)")
            let row = JudgementCSV.lines(record)
            #expect(
                !row.dropLast().unicodeScalars.contains { $0.isSteering && $0 != "\n" && $0 != "\r" && $0.value > 0x7E }
            )
        }
    }

    @Test func `In JUnit, the time is that of the run, and the length of the audio is a property`() throws {
        var judgement = RecordingJudgement(path: "a.wav")
        (judgement.sampleRate, judgement.channels, judgement.frames) = (8000, 1, 80_000)
        judgement.elapsed = .milliseconds(250)
        let record = JudgementRecord(judgement, revealed: false, reason: nil, warning: nil)
        var totals = ArchiveTotals()
        totals.add(record)
        totals.runSeconds = 0.5
        let reader = try #require(Reader.read(JUnit.document([record], totals: totals, isPartial: false)))
        #expect(reader.cases[0]["time"] == "0.25" && reader.cases[0]["audio_seconds"] == "10.0")
        #expect(reader.suites[0]["time"] == "0.5")
    }
}
