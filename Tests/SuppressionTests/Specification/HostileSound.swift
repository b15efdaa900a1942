import DTMF
import Support

/// Sound that is hard on a screen: pieces of everything, also at the very thresholds, one after the other.
struct HostileSound {
    let samples: [Float]

    init(seed: UInt64, seconds: Double, rate: Double = 8000) {
        var sound = Sound(seed: seed)
        while Double(sound.samples.count) < seconds * rate {
            Self.append(Int.random(in: 0..<12, using: &sound.generator), to: &sound, rate)
        }
        samples = Array(sound.samples.prefix(Int(seconds * rate)))
    }

    private static func append(_ kind: Int, to sound: inout Sound, _ rate: Double) {
        func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &sound.generator) }
        func key() -> Key { Key.allCases.randomElement(using: &sound.generator)! }
        let (start, length) = (sound.samples.count, number(0.002...0.15))
        switch kind {
        case 0: sound.silence(length, rate: rate)
        case 1: sound.voice(number(0.2...0.8), level: Float(number(0.0005...0.4)), rate: rate)
        case 2...6:
            // A press at any level, twist and error, among them those where a screen's limit lies.
            let (level, twist) = (number(-62...(-1)), number(-23...23))
            _ = sound.press(key(), length, level: level, twist: twist, offset: number(-0.03...0.03), rate: rate)
        case 7:
            sound.silence(length, rate: rate)
            let value = Float(number(-1...1))
            for index in start..<sound.samples.count { sound.samples[index] = value }
        case 8:
            sound.silence(length, rate: rate)
            for index in stride(from: start, to: sound.samples.count, by: 7) {
                sound.samples[index] = index % 2 == 0 ? 1 : -1
            }
        case 9:
            // Around an overdriven input's limit of a tenth, and beyond ±1.
            sound.silence(length, rate: rate)
            let value = Float([0.1, 0.0999999, 0.1000001, 1.5].randomElement(using: &sound.generator)!)
            for index in start..<sound.samples.count { sound.samples[index] = index % 5 < 2 ? value : -value }
        case 10:
            sound.silence(length, rate: rate)
            for index in start..<sound.samples.count { sound.samples[index] = Float.leastNonzeroMagnitude }
        default:
            // A press that grows 13 dB above what was before, and stops at once.
            sound.silence(0.012, rate: rate)
            _ = sound.press(key(), number(0.003...0.02), level: number(-50...(-10)), rate: rate)
            sound.silence(0.012, rate: rate)
        }
        let level = kind == 10 ? 0 : Float(number(0...1) < 0.5 ? 0 : number(0...0.003))
        for index in start..<sound.samples.count {
            sound.samples[index] += level * Float.random(in: -1.73...1.73, using: &sound.generator)
        }
    }
}
