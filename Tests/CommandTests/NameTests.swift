import Codecs
import AudioIO
import Support
import Testing

@testable import tonewall

/// Names that other tools have for samples, and names that nobody has.
@Suite(.ownThread) struct NameTests {
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
    func `A type is taken by any tool's name`(name: String, encoding: SampleEncoding, rate: Int?) throws {
        let type = try FileTypeName.named(name)
        #expect(type.isRaw && type.rate == rate)
        #expect(try RawOptions.encoding(nil, type: type, bits: nil) == encoding)
        guard name.lowercased() != "slin" else { return }
        let same = try EncodingName.named(name)
        #expect(try RawOptions.encoding(same, type: .raw, bits: nil) == encoding)
        #expect(same.rate == rate || encoding == .muLaw)
    }

    @Test(arguments: ["u16", "u16le", "u32"])
    func `Unsigned samples of more than 8 bits are refused with the widths that there are`(name: String) throws {
        let result = try Command.run(["decode", "-t", name, "-r", "8000", "nowhere"])
        #expect(result.status == 64 && result.errors.contains("signed has 8, 16, 24 or 32"), "\(result.errors)")
    }

    @Test func `A mistyped command is answered with the one that was meant`() throws {
        for (words, answer) in [
            (["decod", "k.wav"], "there is no command 'decod': did you mean decode?"),
            (["verifyy"], "did you mean verify?"), (["ledger", "lst", "x"], "did you mean list?"),
            (["4242424242424242"], "there is no command '••••••••••••••••'"),
            (["xyzzy"], "there is no command 'xyzzy'"),
        ] {
            let result = try Command.run(words)
            #expect(result.status == 64 && result.errors.contains(answer), "\(words): \(result.errors)")
            #expect(!result.errors.contains("4242"))
        }
        #expect(try Command.run(["decode", "k.wav", "x.wav", "--no-such"]).errors.contains("command") == false)
    }
}
