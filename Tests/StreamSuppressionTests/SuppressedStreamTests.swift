import Codecs
import StreamSuppression
import Support
import Testing

@Suite struct SuppressedStreamTests {
    private static let encodings: [SampleEncoding] = [
        .unsigned8, .signed8, .signed16, .signed24, .signed32, .float32, .float64, .muLaw, .aLaw,
        SampleEncoding(.signed, bits: 24, isBigEndian: true)!,
    ]

    /// A key between noise, as bytes of `encoding`; the frames of the key.
    private func call(_ encoding: SampleEncoding) -> (bytes: [UInt8], key: Range<Int>) {
        var sound = Sound(seed: 9)
        sound.silence(0.5)
        sound.pair(770, 1336, seconds: 0.1)
        sound.silence(0.5)
        sound.addNoise(level: -45)
        var bytes: [UInt8] = []
        encoding.encode(sound.samples.span, appendingTo: &bytes)
        return (bytes, 4000..<4800)
    }

    private func suppressed(_ bytes: [UInt8], _ encoding: SampleEncoding, block: () -> Int) -> [UInt8] {
        let format = AudioFormat(sampleRate: 8000, channels: 1, encoding: encoding)
        var stream = SuppressedStream(format: format)
        var (result, start): ([UInt8], Int) = ([], 0)
        while start < bytes.count {
            let end = min(bytes.count, start + block() * format.bytesPerFrame)
            stream.process(bytes[start..<end].span, into: &result)
            start = end
        }
        stream.finish(into: &result)
        return result
    }

    @Test(arguments: encodings)
    func `Bytes far from a key stay, and the key is removed, however the stream is divided`(encoding: SampleEncoding) {
        let seed = SeededGenerator.seedOfRun()
        var generator = SeededGenerator(seed: seed)
        let (bytes, key) = call(encoding)
        let whole = suppressed(bytes, encoding) { bytes.count }
        let width = encoding.bytesPerSample
        #expect(whole.count == bytes.count)
        #expect(whole.prefix(3600 * width) == bytes.prefix(3600 * width))
        #expect(whole.suffix(2000 * width) == bytes.suffix(2000 * width))
        let (before, after) = (
            bytes[key.lowerBound * width..<key.upperBound * width], whole[4000 * width..<4800 * width]
        )
        #expect(zip(before, after).count { $0 != $1 } > 400)
        for _ in 0..<3 {
            #expect(suppressed(bytes, encoding) { .random(in: 1...700, using: &generator) } == whole, "seed \(seed)")
        }
    }
}
