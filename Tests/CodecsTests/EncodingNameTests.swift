import Codecs
import Failures
import Testing

/// Names that other tools have for samples.
@Suite struct EncodingNameTests {
    @Test(arguments: [("s16lee", "s16le"), ("mulow", "mulaw"), ("singed", "signed")])
    func `A similar name is suggested`(typed: String, meant: String) {
        let failure = #expect(throws: Failure.self) { try EncodingName.named(typed) }
        #expect(failure?.what == "no encoding has that name: did you mean \(meant)?")
    }

    @Test(arguments: SampleEncodingTests.all)
    func `ffmpeg's name of an encoding means that encoding`(encoding: SampleEncoding) throws {
        guard let text = encoding.ffmpegName else {
            #expect(encoding.isBigEndian)
            return
        }
        let name = try EncodingName.named(text)
        #expect(name.kind == encoding.kind && name.isBigEndian != true)
        #expect((name.bits ?? name.kind.usualBits) == 8 * encoding.bytesPerSample)
    }

    @Test func `A linear sample that holds G.711 has 16 bits`() {
        for encoding in [SampleEncoding.muLaw, .aLaw] {
            #expect(encoding.linearBits == 16 && encoding.kind.isG711)
        }
        #expect(SampleEncoding.unsigned8.linearBits == 8 && SampleEncoding.signed24.linearBits == 24)
    }
}
