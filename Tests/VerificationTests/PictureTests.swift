import Support
import Testing

@testable import Verification

struct PictureTests {
    @Test func `A picture is a PNG of the size asked for`() throws {
        var sound = Sound()
        sound.pair(697, 1209, seconds: 0.5)
        let picture = SpectrogramPicture(
            sampleRate: 8000, panels: [.init(title: "before", samples: sound.samples)], width: 400, panelHeight: 100)
        let bytes = try picture.png()
        #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(Array(bytes[16..<20]) == [0, 0, 1, 144])
    }

    @Test func `A veiled column tells nothing within the tone groups`() {
        for bin in 0..<100 {
            var shades = [Float](repeating: 0.1, count: 100)
            shades[bin] = 0.9
            Veil.cover(&shades, topHz: 4000, onlyGroups: true)
            let rows = shades.indices.filter { shades[$0] > 0.5 }
            let hz = (Double(bin) + 0.5) * 40
            let stripe = Veil.stripes.first { $0.contains(hz) }
            #expect(
                rows == stripe.map { stripe in shades.indices.filter { stripe.contains((Double($0) + 0.5) * 40) } }
                    ?? [])
        }
    }

    @Test func `A picture without samples is drawn all the same`() throws {
        let picture = SpectrogramPicture(sampleRate: 8000, panels: [.init(title: "", samples: [], waveform: true)])
        #expect(try picture.png().count > 100)
    }

    @Test(arguments: [400, 512, 200, 1001])
    func `The spectrum is that of the sum it stands for`(length: Int) {
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
