import DTMF
import Support
import Testing
import Glibc

/// White noise with a seed (Box and Muller).
struct Noise {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> Double {
        let u = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
}

/// A sum of sines at `level` dBm0 each.
func sines(_ frequencies: [Double], level: Double = -10, seconds: Double) -> [Float] {
    let amplitude = Level.amplitude(dBm0: level)
    return (0..<Int(seconds * 8000)).map { n in
        Float(frequencies.reduce(0) { $0 + amplitude * sin(2 * .pi * $1 * Double(n) / 8000) })
    }
}

/// What else a line carries: noise, hum, other signals.
@Suite(.ownThread) struct LineTests {
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `white noise 9 dB under the pair hides no 50 ms tone, at 3 dB none of 80 ms`(seed: UInt64) {
        // The pair at −10 dBm0 a tone has twice a tone's power, A²/2 each.
        let power = Level.amplitude(dBm0: -10) * Level.amplitude(dBm0: -10)
        let generator = ToneGenerator(lowPhase: Double(seed), highPhase: 3)
        #expect(keys(in: allKeys(generator).withNoise(power: power / 7.94, seed: seed)) == sixteen)
        let long = allKeys(generator, on: 0.08, off: 0.08)
        #expect(keys(in: long.withNoise(power: power / 2, seed: seed)) == sixteen)
    }

    @Test(arguments: [[350.0, 440], [425], [50, 150]])
    func `dial tone and hum as loud as the tones do not hide them`(others: [Double]) {
        let tones = allKeys(ToneGenerator(), on: 0.06, off: 0.06)
        let line = sines(others, seconds: Double(tones.count) / 8000)
        #expect(keys(in: zip(tones, line).map { $0 + $1 }) == sixteen)
    }

    @Test func `an offset and hard clipping do not hide the tones`() {
        #expect(keys(in: allKeys(ToneGenerator(level: -14)).map { $0 + 0.2 }) == sixteen)
        let loud = allKeys(ToneGenerator(level: 0), on: 0.06, off: 0.06)
        let limit = (loud.max() ?? 1) / 2
        #expect(keys(in: loud.map { min(max($0, -limit), limit) }) == sixteen)
    }

    @Test(arguments: [
        [697.0], [1209], [350, 440], [480, 620], [440, 480], [425], [950], [1428], [1100], [2100], [700, 900],
        [1300, 1500], [1380, 1500], [2130, 2750],
    ])
    func `single tones, call progress tones, R1 and R2 are refused`(frequencies: [Double]) {
        #expect(keys(in: sines(frequencies, seconds: 1)) == "")
    }

    @Test(arguments: [[697.0, 770, 1209], [852, 1336, 1477], [941, 1209, 2578], [770, 1336, 1000]])
    func `a pair with a third tone as loud is refused`(frequencies: [Double]) {
        let silence = [Float](repeating: 0, count: 1600)
        #expect(keys(in: silence + sines(frequencies, seconds: 1) + silence) == "")
    }

    @Test func `noise, a sweep and data are refused`() {
        var random = Noise(seed: 4)
        #expect(keys(in: (0..<160_000).map { _ in Float(0.13 * random.next()) }) == "")
        let sweep = (0..<80_000).map { n in
            let t = Double(n) / 8000
            return Float(0.35 * sin(2 * .pi * (300 * t + 155 * t * t)))
        }
        #expect(keys(in: sweep) == "")
        var phase = 0.0
        var bits = SeededGenerator(seed: 9)
        var isMark = false
        let data = (0..<40_000).map { n in
            if n % 7 == 0 { isMark = Bool.random(using: &bits) }
            phase += 2 * .pi * (isMark ? 1200 : 2200) / 8000
            return Float(0.22 * sin(phase))
        }
        #expect(keys(in: data) == "")
    }
}
