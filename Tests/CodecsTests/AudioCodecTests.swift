import Codecs
import Support
import Testing

@Suite struct AudioCodecTests {
    /// Bytes that decode to numbers, whatever the encoding.
    private static func bytes(_ encoding: SampleEncoding, _ generator: inout SeededGenerator) -> [UInt8] {
        let samples = (0..<600).map { _ in Float.random(in: -1...1, using: &generator) }
        var bytes: [UInt8] = []
        encoding.encode(samples.span, appendingTo: &bytes)
        return bytes
    }

    @Test(arguments: SampleEncodingTests.all, 1...3)
    func `Packets cut anywhere give the samples of the whole stream`(encoding: SampleEncoding, channels: Int) {
        let seed = SeededGenerator.seedOfRun()
        var generator = SeededGenerator(seed: seed)
        let bytes = Self.bytes(encoding, &generator)
        var codec: any AudioCodec = SampleCodec(encoding, channels: channels)
        var (whole, all, some): ([Float], [Float], [Float]) = ([], [], [])
        codec.decode(bytes.span, into: &whole)
        #expect(whole.count == 600)
        for _ in 0..<20 {
            codec.reset()
            all = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 0...40, using: &generator))
                codec.decode(bytes[start..<end].span, into: &some)
                #expect(some.count % channels == 0, "seed \(seed)")
                all += some
                start = end
            }
            #expect(all == whole, "seed \(seed)")
        }
    }

    @Test(arguments: SampleEncodingTests.all)
    func `Decoded samples are encoded to the same bytes`(encoding: SampleEncoding) {
        var generator = SeededGenerator(seed: 4)
        let bytes = Self.bytes(encoding, &generator)
        var codec = SampleCodec(encoding, channels: 2)
        var (samples, again): ([Float], [UInt8]) = ([], [])
        codec.decode(bytes.span, into: &samples)
        codec.encode(samples.span, appendingTo: &again)
        // A Float holds 24 bits of 32, and of 64.
        var second: [Float] = []
        codec.decode(again.span, into: &second)
        #expect(second == samples)
        if encoding.bytesPerSample < 4 || encoding == .float32 { #expect(again == bytes) }
    }

    @Test func `An incomplete frame is dropped at a reset`() {
        var codec = SampleCodec(.signed16, channels: 2)
        var samples: [Float] = []
        codec.decode([1, 2, 3].span, into: &samples)
        #expect(samples.isEmpty)
        codec.reset()
        codec.decode([0, 0x40, 0, 0xC0].span, into: &samples)
        #expect(samples == [0.5, -0.5])
    }
}

/// What the tables of ITU-T G.711 (tables 1a to 2b) say of every code.
@Suite struct G711Tests {
    private static let laws: [(SampleEncoding, values: [Int16], mask: UInt8)] = [
        (.muLaw, G711.muLawValues, 0xFF), (.aLaw, G711.aLawValues, 0x55),
    ]

    @Test(arguments: [0, 1])
    func `Values rise with the code's magnitude, and are odd in its sign`(law: Int) {
        let (_, values, mask) = Self.laws[law]
        // With the bits that a line inverts turned back, the low seven bits count the magnitude.
        let positive = (0..<128).map { values[Int((0x80 | UInt8($0)) ^ (mask & 0x7F))] }
        let negative = (0..<128).map { values[Int(UInt8($0) ^ (mask & 0x7F))] }
        #expect(zip(positive, positive.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(positive, negative).allSatisfy { $0 == -$1 })
        // Steps double from segment to segment, 16 codes each.
        let steps = zip(positive, positive.dropFirst()).map { Int($1) - Int($0) }
        for segment in 1..<8 {
            let first = steps[16 * segment]
            #expect(steps[16 * segment..<min(127, 16 * segment + 15)].allSatisfy { $0 == first })
            if segment > 1 { #expect(first == 2 * steps[16 * (segment - 1)]) }
        }
    }

    @Test(arguments: [0, 1])
    func `Every code is the code of its value, and encoding twice changes nothing`(law: Int) {
        let (encoding, values, _) = Self.laws[law]
        for code in 0...255 {
            let value = values[code]
            let again = encoding == .muLaw ? G711.muLaw(value) : G711.aLaw(value)
            // The two zeros of µ-law are one value.
            #expect(Int(again) == code || value == 0)
        }
        for sample in stride(from: Int(Int16.min), through: Int(Int16.max), by: 3) {
            let code = encoding == .muLaw ? G711.muLaw(Int16(sample)) : G711.aLaw(Int16(sample))
            let value = values[Int(code)]
            #expect((encoding == .muLaw ? G711.muLaw(value) : G711.aLaw(value)) == code || value == 0)
        }
    }

    @Test(arguments: [0, 1])
    func `A louder sample never gets a quieter code`(law: Int) {
        let (encoding, values, _) = Self.laws[law]
        var last = Int16.min
        for sample in Int16.min...Int16.max {
            let value = values[Int(encoding == .muLaw ? G711.muLaw(sample) : G711.aLaw(sample))]
            #expect(value >= last)
            last = value
        }
    }
}
