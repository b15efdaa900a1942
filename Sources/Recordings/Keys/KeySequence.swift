internal import DTMF
package import Failures

/// The parameters of generated key tones: durations, levels and impairments of a line.
package struct KeySequence: Sendable {
    /// Seconds of a key, of a pause between keys, and before the first key.
    package var (on, off, lead) = (0.1, 0.1, 0.0)
    /// Level of the stronger tone in dBm0, and twist (high tone minus low one) in dB.
    package var (level, twist) = (-10.0, 0.0)
    /// Error of both frequencies as a fraction.
    package var detune = 0.0
    /// Level of added white noise in dBm0; `nil` for none.
    package var noise: Double?
    package var seed: UInt64 = 1

    /// Seconds of a comma or a space.
    static let pause = 0.5
    /// Sample rates at which keys can be generated, in Hz.
    package static let sampleRates = 4_000...768_000

    package init() {}

    /// The samples of `keys` at `rate` Hz: 0–9, *, #, A–D; a comma or a space is a pause.
    package func samples(of keys: String, rate: Int) throws(Failure) -> [Float] {
        try refuseOutOfRange(rate: rate)
        var generator = ToneGenerator(
            sampleRate: Double(rate), level: level, twist: twist, lowOffset: detune, highOffset: detune)
        var samples = generator.silence(seconds: lead)
        for character in keys {
            if character == "," || character == " " {
                samples += generator.silence(seconds: Self.pause)
            } else if let key = Key(character) {
                samples += generator.tone(key, seconds: on)
                samples += generator.silence(seconds: off)
            } else {
                throw Failure(
                    .usage, code: "keys.unknown", "KEYS holds what is on no keypad",
                    advice: "0–9, *, #, A–D, comma or space")
            }
        }
        if let noise {
            var source = WhiteNoise(level: noise, seed: seed)
            for index in samples.indices { samples[index] += source.next() }
        }
        return samples
    }

    private func refuseOutOfRange(rate: Int) throws(Failure) {
        let checks: [(isRight: Bool, what: String, advice: String)] = [
            (Self.sampleRates.contains(rate), "a rate of \(rate) Hz holds no keys", "4000 to 768000"),
            ((0...60).contains(on) && (0...60).contains(off), "a key cannot be so long", "0 to 60000 ms"),
            ((0...600).contains(lead), "a lead cannot be so long", "0 to 600000 ms"),
            ((-100...10).contains(level), "no line has that level", "-100 to 10 dBm0"),
            ((-40...40).contains(twist), "no line has that twist", "-40 to 40 dB"),
            ((-0.2...0.2).contains(detune), "no line is so far off", "-20 to 20 percent"),
            ((-120...10).contains(noise ?? 0), "no line has that noise", "-120 to 10 dBm0"),
        ]
        if let wrong = checks.first(where: { !$0.isRight }) {
            throw Failure(.usage, code: "keys.out-of-range", wrong.what, advice: wrong.advice)
        }
    }
}
