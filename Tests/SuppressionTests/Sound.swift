import DTMF
import Glibc
import Suppression
import Support

/// Sound for the suppressor to work on, made from a seed.
struct Sound {
    var samples: [Float] = []
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func silence(_ seconds: Double, rate: Double = 8000) {
        samples += [Float](repeating: 0, count: Int(seconds * rate))
    }

    /// Cuts or adds silence so that there are `count` samples.
    mutating func pad(to count: Int) {
        samples = Array(samples.prefix(count)) + [Float](repeating: 0, count: max(0, count - samples.count))
    }

    /// A press with random phases; gives where it lies.
    mutating func press(
        _ key: Key, _ seconds: Double, level: Double = -12, twist: Double = 0, offset: Double = 0, rate: Double = 8000
    ) -> Range<Int> {
        var tone = ToneGenerator(
            sampleRate: rate, level: level, twist: twist, lowOffset: offset, highOffset: -offset,
            lowPhase: Double.random(in: 0..<6.28, using: &generator),
            highPhase: Double.random(in: 0..<6.28, using: &generator))
        let start = samples.count
        samples += tone.tone(key, seconds: seconds)
        return start..<samples.count
    }

    /// Adds uniform noise of the given root mean square to everything.
    mutating func addNoise(_ level: Float) {
        for index in samples.indices { samples[index] += level * Float.random(in: -1.73...1.73, using: &generator) }
    }

    /// Something like speech: a buzz that glides from 90 to 220 Hz through two moving resonances, in syllables.
    mutating func voice(_ seconds: Double, level: Float = 0.15, rate: Double = 8000) {
        var phase: Float = 0
        var first = (Float(0), Float(0))
        var second = (Float(0), Float(0))
        let count = Int(seconds * rate)
        var out = [Float](repeating: 0, count: count)
        for n in 0..<count {
            let t = Float(n) / Float(rate)
            let pitch = 90 + 65 * (1 + wave(0.37 * t)) + 5 * wave(3.1 * t)
            phase += pitch / Float(rate)
            var pulse: Float = 0
            if phase >= 1 {
                phase -= 1
                pulse = 1
            }
            let syllable = max(0, wave(2.3 * t) + 0.4)
            func resonate(_ state: inout (Float, Float), _ hz: Float) -> Float {
                let value = 1.9 * wave(hz / Float(rate) + 0.25) * state.0 - 0.9025 * state.1 + pulse
                state = (value, state.0)
                return value
            }
            out[n] =
                syllable
                * (resonate(&first, 500 + 250 * wave(0.9 * t)) + 0.5 * resonate(&second, 1400 + 500 * wave(0.53 * t)))
        }
        let scale = level / max(1e-6, (out.reduce(0) { $0 + $1 * $1 } / Float(count)).squareRoot())
        samples += out.map { $0 * scale }
    }

    /// A sine of `turns`, by a parabola: close enough for a voice, and the same on every machine.
    private func wave(_ turns: Float) -> Float {
        let t = turns - turns.rounded(.down)
        let x = t < 0.5 ? t : t - 0.5
        let y = 16 * x * (0.5 - x)
        return t < 0.5 ? y : -y
    }
}

/// What came out of a suppressor that was given `input` in blocks.
struct Suppressed {
    var output: [Float] = []
    var events: [SuppressionEvent] = []
    var counts: [SuppressionCount] = []
    /// The most frames that were held back.
    var mostHeld = 0

    init(
        _ input: [Float], channels: Int = 1, rate: Double = 8000, _ configuration: Suppressor.Configuration = .init(),
        presses: [[KeyPress]] = [], blocks: (Int) -> Int = { _ in 160 }
    ) {
        var suppressor = Suppressor(
            sampleRate: rate, channels: channels, configuration: configuration, presses: presses)
        var index = 0
        while index < input.count {
            let end = min(input.count, index + channels * max(1, blocks(index)))
            let block = Array(input[index..<end])
            suppressor.process(block, into: &output)
            events += suppressor.events
            index = end
            mostHeld = max(mostHeld, (index - output.count) / channels)
        }
        suppressor.finish(into: &output)
        events += suppressor.events
        counts = suppressor.counts
    }
}

/// Power of the pair of `key` in `samples`, by correlation, mean square.
func pairPower(_ key: Key, _ samples: ArraySlice<Float>, rate: Double = 8000) -> Double {
    var bank = 0.0
    for hz in [key.lowHz, key.highHz] {
        let coefficient = 2 * cos(2 * Double.pi * hz / rate)
        var (s1, s2) = (0.0, 0.0)
        for x in samples { (s1, s2) = (Double(x) + coefficient * s1 - s2, s1) }
        bank += 2 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2) / Double(samples.count * samples.count)
    }
    return bank
}
