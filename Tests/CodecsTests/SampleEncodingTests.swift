@testable import Codecs
import Support
import Testing

@Suite struct SampleEncodingTests {
    static let integers: [SampleEncoding] = [.unsigned8, .signed8, .signed16, .signed24]

    /// Both byte orders of what has two.
    static let all: [SampleEncoding] = [
        .unsigned8, .signed8, .signed16, .signed24, .signed32, .float32, .float64, .muLaw, .aLaw,
        SampleEncoding(.signed, bits: 16, isBigEndian: true)!, SampleEncoding(.signed, bits: 24, isBigEndian: true)!,
        SampleEncoding(.signed, bits: 32, isBigEndian: true)!, SampleEncoding(.float, bits: 32, isBigEndian: true)!,
    ]

    @Test(arguments: integers)
    func `every integer of up to 24 bits is decoded and encoded to itself`(encoding: SampleEncoding) {
        let width = encoding.bytesPerSample
        // All codes of 8 and 16 bits; of 24 bits the ends of the range and every 251st.
        let codes =
            width < 3
            ? Array(0..<(1 << (8 * width))) : Array(stride(from: 0, to: 1 << 24, by: 251)) + [1 << 23, (1 << 23) - 1]
        var bytes: [UInt8] = []
        for code in codes { for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: code >> (8 * byte))) } }
        var samples: [Float] = []
        encoding.decode(bytes.span, into: &samples)
        var again: [UInt8] = []
        encoding.encode(samples.span, appendingTo: &again)
        #expect(again == bytes)
        #expect(samples.min() == -1)
    }

    @Test(arguments: [SampleEncoding.muLaw, .aLaw])
    func `every G711 code but minus zero is encoded to itself`(encoding: SampleEncoding) {
        let codes = (0...255).map { UInt8($0) }
        var samples: [Float] = []
        encoding.decode(codes.span, into: &samples)
        var again: [UInt8] = []
        encoding.encode(samples.span, appendingTo: &again)
        let changed = zip(codes, again).filter { $0 != $1 }.map(\.0)
        #expect(changed == (encoding == .muLaw ? [0x7F] : []))
        #expect(samples[0x7F] == (encoding == .muLaw ? 0 : -848.0 / 32768))
    }

    /// G.711 tables 1 and 2: each value stands in the middle of its interval, 2^(segment+3) wide on the 16-bit scale
    /// (A-law's segment 0 is as wide as its segment 1).
    @Test func `G711 chooses the code whose interval holds the sample`() {
        for sample in stride(from: -32124, through: 32124, by: 7) {
            let (mu, a) = (G711.muLaw(Int16(sample)), G711.aLaw(Int16(sample)))
            let muStep = 1 << (Int(~mu >> 4 & 7) + 3)
            let aStep = 1 << (max(1, Int((a ^ 0x55) >> 4 & 7)) + 3)
            #expect(2 * abs(Int(G711.muLawValues[Int(mu)]) - sample) <= muStep, "sample \(sample)")
            #expect(2 * abs(Int(G711.aLawValues[Int(a)]) - sample) <= aStep, "sample \(sample)")
        }
    }

    /// ITU-T G.711 table 2a and 1a, the ends and the middle of the positive half.
    @Test func `G711 values are those of the tables`() {
        #expect(G711.muLawValues[0x80] == 32124)
        #expect(G711.muLawValues[0xFF] == 0)
        #expect(G711.muLawValues[0x8F] == 16764)
        #expect(G711.aLawValues[0xAA] == 32256)
        #expect(G711.aLawValues[0xD5] == 8)
        #expect(G711.aLawValues[0x55] == -8)
    }

    @Test(arguments: all)
    func `values beyond full scale are clipped, and NaN is silence`(encoding: SampleEncoding) {
        guard encoding.kind != .float else { return }
        var bytes: [UInt8] = []
        encoding.encode([2, -2, .infinity, -.infinity, .nan].span, appendingTo: &bytes)
        var samples: [Float] = []
        encoding.decode(bytes.span, into: &samples)
        #expect(samples[0] == samples[2] && samples[0] > 0.97)
        #expect(samples[1] == samples[3] && samples[1] < -0.97)
        #expect(abs(samples[4]) < 0.0003)
    }

    @Test(arguments: all)
    func `a decoded sample is encoded to its own value again`(encoding: SampleEncoding) {
        var generator = SeededGenerator(seed: 11)
        let samples = (0..<500).map { _ in Float.random(in: -1...1, using: &generator) }
        var (once, twice): ([UInt8], [UInt8]) = ([], [])
        var (first, second): ([Float], [Float]) = ([], [])
        encoding.encode(samples.span, appendingTo: &once)
        encoding.decode(once.span, into: &first)
        encoding.encode(first.span, appendingTo: &twice)
        encoding.decode(twice.span, into: &second)
        #expect(first == second)
        #expect(first.count == samples.count)
    }

    @Test func `samples are recoded without loss, of any width and byte order`() {
        var generator = SeededGenerator(seed: 12)
        let bytes = (0..<480).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for from in Self.all {
            for to in Self.all where from.isWithin(to) {
                var (there, back): ([UInt8], [UInt8]) = ([], [])
                from.recode(bytes.span, as: to, appendingTo: &there)
                if to.isWithin(from) {
                    to.recode(there.span, as: from, appendingTo: &back)
                    #expect(back == bytes)
                }
                var (first, second): ([Float], [Float]) = ([], [])
                from.decode(bytes.span, into: &first)
                to.decode(there.span, into: &second)
                #expect(zip(first, second).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(from) as \(to)")
            }
        }
    }
}
