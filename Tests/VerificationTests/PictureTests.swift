import Support
import Testing

@testable import Verification

struct PictureTests {
    @Test func `A picture is a PNG of the requested size`() throws {
        var sound = Sound()
        sound.pair(697, 1209, seconds: 0.5)
        let picture = SpectrogramPicture(
            sampleRate: 8000, panels: [.init(title: "before", spectrogram: spectrogram(of: sound.samples))], width: 400)
        let bytes = try picture.png()
        #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(Array(bytes[16..<20]) == [0, 0, 1, 144])
    }

    @Test func `A masked column is the same in all rows of a tone group`() {
        for bin in 0..<100 {
            var shades = [Float](repeating: 0.1, count: 100)
            shades[bin] = 0.9
            KeyMask.apply(to: &shades, topHz: 4000, onlyStripes: true)
            let rows = shades.indices.filter { shades[$0] > 0.5 }
            let hz = (Double(bin) + 0.5) * 40
            let stripe = KeyMask.stripes.first { $0.contains(hz) }
            #expect(
                rows == stripe.map { stripe in shades.indices.filter { stripe.contains((Double($0) + 0.5) * 40) } }
                    ?? [])
        }
    }

    @Test func `A picture without samples can be drawn`() throws {
        let panel = SpectrogramPicture.Panel(title: "", spectrogram: spectrogram(of: []), waveform: [])
        let picture = SpectrogramPicture(sampleRate: 8000, panels: [panel])
        #expect(try picture.png().count > 100)
    }

    /// A short tone between long silences is as bright in a call of any length as on its own.
    @Test(arguments: [0.1, 7, 61, 600])
    func `A spectrogram of any length misses no tone`(seconds: Double) {
        var sound = Sound()
        sound.silence(seconds / 2)
        sound.pair(697, 1209, seconds: 0.03)
        sound.silence(seconds / 2)
        let shades = spectrogram(of: sound.samples, columns: 300)
        let brightest = shades.column(over: 0..<shades.frames).max() ?? 0
        let alone = spectrogram(of: Array(sound.samples.filter { $0 != 0 }), columns: 300)
        #expect(abs(brightest - (alone.column(over: 0..<alone.frames).max() ?? 0)) < 0.05)
        #expect(brightest > 0.5)
    }

    /// What is drawn does not depend on the blocks that the samples came in.
    @Test(arguments: [1, 7, 160, 8000])
    func `A spectrogram does not depend on the size of blocks`(block: Int) {
        var sound = Sound()
        sound.pair(770, 1336, seconds: 0.2)
        sound.silence(0.13)
        let whole = spectrogram(of: sound.samples)
        var pieces = Spectrogram(sampleRate: 8000)
        for start in stride(from: 0, to: sound.samples.count, by: block) {
            pieces.process(sound.samples.span.extracting(start..<min(start + block, sound.samples.count)))
        }
        pieces.finish()
        for start in stride(from: 0, to: whole.frames, by: 80) {
            #expect(whole.column(over: start..<start + 80) == pieces.column(over: start..<start + 80))
        }
    }

    @Test func `A masked spectrogram is the same for every key of one level`() {
        func shades(_ low: Double, _ high: Double) -> [Float] {
            var sound = Sound()
            sound.pair(low, high, seconds: 0.5)
            return spectrogram(of: sound.samples).column(over: 1000..<3000)
        }
        let rows = (0..<240).map { 4000 * (Double($0) + 0.5) / 240 }
        let inside = rows.indices.filter { row in KeyMask.stripes.contains { $0.contains(rows[row]) } }
        let (one, nine) = (shades(697, 1209), shades(852, 1477))
        for row in inside { #expect(abs(one[row] - nine[row]) < 0.02) }
    }

    private func spectrogram(of samples: [Float], columns: Int = 1200) -> Spectrogram {
        var spectrogram = Spectrogram(sampleRate: 8000, columns: columns)
        spectrogram.process(samples.span)
        spectrogram.finish()
        return spectrogram
    }

    @Test(arguments: [400, 512, 200, 1001])
    func `The spectrum is that of a sum term by term`(length: Int) {
        var generator = SeededGenerator(seed: 9)
        let samples = (0..<length).map { _ in Float.random(in: -1...1, using: &generator) }
        let size = smoothSize(atLeast: length)
        let transform = ShortTimeSpectrum(sampleRate: 8000, length: length, size: size)
        var power = [Float](repeating: 0, count: transform.bins)
        transform.measure(samples.span, at: 0, into: &power)
        for bin in stride(from: 0, to: transform.bins, by: 17) {
            #expect(abs(power[bin] - directPower(samples, bin: bin, size: size)) < 1e-4)
        }
    }
}
