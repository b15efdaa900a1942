import AudioIO
import Codecs
import Failures
import Testing

/// The names of other tools for samples, and the layouts that they give.
@Suite struct RawLayoutTests {
    @Test(
        arguments: [
            ("slin16", SampleEncoding.signed16, 16000), ("slin8", .signed16, 8000), ("slin", .signed16, 8000),
            ("sln8", .signed16, 8000), ("sln192", .signed16, 192_000), ("SLIN48", .signed16, 48000),
            ("FLOAT_LE", .float32, nil), ("flt", .float32, nil), ("S16_LE", .signed16, nil), ("MU_LAW", .muLaw, 8000),
            ("L16", SampleEncoding(.signed, bits: 16, isBigEndian: true)!, nil),
            ("dbl", SampleEncoding(.float, bits: 64, isBigEndian: false)!, nil),
            ("FLOAT64_LE", SampleEncoding(.float, bits: 64, isBigEndian: false)!, nil),
            ("pcm_f32be", SampleEncoding(.float, bits: 32, isBigEndian: true)!, nil),
        ] as [(String, SampleEncoding, Int?)])
    func `A type is accepted by its name in any tool`(name: String, encoding: SampleEncoding, rate: Int?) throws {
        let type = try FileTypeName.named(name)
        #expect(type.isRaw && type.rate == rate)
        #expect(try RawLayout(type: type).sampleEncoding() == encoding)
        guard name.lowercased() != "slin" else { return }
        let same = try EncodingName.named(name)
        #expect(try RawLayout(type: .raw, encoding: same).sampleEncoding() == encoding)
        #expect(same.rate == rate || encoding == .muLaw)
    }

    @Test func `A rate is whole, in Hz or in thousands`() throws {
        #expect(try RawLayout.rate("8k") == 8000 && RawLayout.rate("44.1k") == 44_100 && RawLayout.rate("-5") == -5)
        for text in ["", "k", "8.0001k", "nan", "inf", "1e12", "8 k"] {
            #expect(throws: Failure.self, "\(text)") { try RawLayout.rate(text) }
        }
    }

    @Test func `Parts given twice must agree`() {
        let encoding = EncodingName("s16le")
        for layout in [
            RawLayout(type: .raw, bits: 24, encoding: encoding),
            RawLayout(type: .raw, encoding: encoding, isBigEndian: true),
            RawLayout(type: .raw, bits: 12, encoding: .signed),
        ] {
            let failure = #expect(throws: Failure.self) { try layout.sampleEncoding() }
            #expect(failure?.code == "audio.contradictory-layout" && failure?.status == .usage)
        }
    }

    @Test func `Eight bits are unsigned in a file, unless the caller chooses another kind`() throws {
        #expect(try RawLayout(bits: 8).sampleEncoding() == .unsigned8)
        #expect(try RawLayout(bits: 8).sampleEncoding(eightBits: .signed) == .signed8)
        #expect(try RawLayout().sampleEncoding() == .signed16)
    }

    @Test func `A format needs a rate and a possible number of channels`() throws {
        #expect(throws: AudioFileError.rateMissing(path: "x")) { try RawLayout(type: .raw).format(of: "x") }
        #expect(try RawLayout(type: FileTypeName.named("sln16")).format(of: "x").sampleRate == 16_000)
        let failure = #expect(throws: Failure.self) { try RawLayout(rate: 8000, channels: 300).format(of: "x") }
        #expect(failure?.code == "audio.impossible-layout")
    }

    @Test func `An unknown type gets examples`() {
        let failure = #expect(throws: Failure.self) { try FileTypeName.named("xyzzyxyzzy") }
        #expect(failure?.what == "no type has that name, as raw or wav" && failure?.code == "audio.unknown-name")
    }
}
