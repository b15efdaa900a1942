import DTMF
import Glibc
import Support
import Suppression
import Testing

/// A tone of one leg that comes back on another.
@Suite(.ownThread) struct EchoTests {
    @Test(arguments: [(0.02, 20.0), (0.06, 26), (0.1, 32), (0.15, 38)])
    func `An echo is removed, whichever leg the tone was on`(delay: Double, loss: Double) {
        for source in [0, 1] {
            var near = Sound(seed: 31)
            var ranges: [(Key, Range<Int>)] = []
            for key in [Key.one, .five, .nine, .zero] {
                near.silence(0.3)
                ranges.append((key, near.press(key, 0.1, level: -8)))
            }
            near.silence(0.4)
            var far = Sound(seed: 32)
            far.pad(to: near.samples.count)
            let lag = Int(delay * 8000)
            let gain = Float(Level.amplitude(dBm0: 3.14 - loss))
            for (_, range) in ranges { for index in range { far.samples[index + lag] += gain * near.samples[index] } }
            near.addNoise(0.0003)
            far.addNoise(0.0003)
            let legs = source == 0 ? [near.samples, far.samples] : [far.samples, near.samples]
            let call = legs[0].indices.flatMap { [legs[0][$0], legs[1][$0]] }
            let result = Suppressed(call, channels: 2, .init(fill: .silence))
            let other = stride(from: 1 - source, to: call.count, by: 2).map { result.output[$0] }
            for (key, range) in ranges {
                let late = (range.lowerBound + lag)..<(range.upperBound + lag)
                #expect(pairPower(key, other[late]) < 0.0025 * pairPower(key, far.samples[late]))
            }
            #expect(result.events.contains { $0.kind == .echo && $0.channel == 1 - source })
        }
    }

    @Test func `Without an echo the other leg's voice is unchanged during a press`() {
        var near = Sound(seed: 33)
        for key in Key.allCases {
            near.silence(0.15)
            _ = near.press(key, 0.15)
        }
        var far = Sound(seed: 34)
        far.voice(Double(near.samples.count) / 8000)
        far.pad(to: near.samples.count)
        let call = near.samples.indices.flatMap { [near.samples[$0], far.samples[$0]] }
        let result = Suppressed(call, channels: 2)
        let other = stride(from: 1, to: call.count, by: 2).map { result.output[$0] }
        #expect(other == far.samples)
    }

    @Test func `A voice that breaks off as a digit begins is not an echo`() {
        for number in 0..<60 {
            var near = Sound(seed: 200 + UInt64(number))
            near.silence(0.4)
            _ = near.press(Key.allCases[number % Key.allCases.count], 0.3)
            near.silence(0.4)
            var far = Sound(seed: 300 + UInt64(number))
            far.voice(0.412 + 0.001 * Double(number % 30), level: 0.05)
            far.pad(to: near.samples.count)
            far.addNoise(0.0004)
            let call = near.samples.indices.flatMap { [near.samples[$0], far.samples[$0]] }
            let result = Suppressed(call, channels: 2)
            let other = stride(from: 1, to: call.count, by: 2).map { result.output[$0] }
            #expect(other == far.samples, "\(number)")
        }
    }

    @Test func `The first echo of a call is removed too if it is a twentieth of the sound`() {
        var near = Sound(seed: 37)
        near.silence(0.3)
        let range = near.press(.eight, 0.3, level: -12)
        near.silence(0.4)
        let lag = 560
        var hum = Sound(seed: 38)
        hum.pad(to: near.samples.count)
        // The end of a sentence: all of it below the tones.
        for index in hum.samples.indices {
            let time = Float(index) / 8000
            hum.samples[index] = 0.04 * (sin(1000 * time) + 0.7 * sin(2100 * time + 1)) * (1 + 0.3 * sin(40 * time))
        }
        var far = hum
        for index in range { far.samples[index + lag] += 0.04 * near.samples[index] }
        let call = near.samples.indices.flatMap { [near.samples[$0], far.samples[$0]] }
        let result = Suppressed(call, channels: 2, .init(lookAhead: 0.25))
        // The middle of the echo, clear of both edges.
        let late = (range.lowerBound + lag + 240)..<(range.upperBound + lag - 240)
        let left = late.map { result.output[2 * $0 + 1] - hum.samples[$0] }
        let sent = late.map { far.samples[$0] - hum.samples[$0] }
        let ratio = left.reduce(0) { $0 + $1 * $1 } / sent.reduce(0) { $0 + $1 * $1 }
        #expect(ratio < 0.05, "left: \(ratio)")
    }

    @Test func `After nine digits without an echo, the tenth's pair in the other voice stays`() {
        var near = Sound(seed: 39)
        var last = 0..<0
        for key in Key.allCases.prefix(10) {
            near.silence(0.3)
            last = near.press(key, 0.2, level: -12)
        }
        near.silence(0.4)
        var far = Sound(seed: 40)
        far.pad(to: near.samples.count)
        // A vowel with the pair in it, as faint as an echo may be.
        for index in last {
            let time = Float(index) / 8000
            let harmonics = sin(1000 * time) + 0.7 * sin(2100 * time + 1)
            far.samples[index + 560] = 0.04 * (near.samples[index] + harmonics) * (1 + 0.3 * sin(40 * time))
        }
        far.addNoise(0.0003)
        let call = near.samples.indices.flatMap { [near.samples[$0], far.samples[$0]] }
        let result = Suppressed(call, channels: 2, .init(lookAhead: 0.25))
        #expect(stride(from: 1, to: call.count, by: 2).map { result.output[$0] } == far.samples)
    }

    @Test func `An echo under a voice loses its two tones, and the voice stays`() {
        var near = Sound(seed: 35)
        var ranges: [(Key, Range<Int>)] = []
        for index in 0..<24 {
            near.silence(0.25)
            ranges.append((Key.allCases[index % 16], near.press(Key.allCases[index % 16], 0.2, level: -8)))
        }
        near.silence(0.4)
        let lag = 480
        var far = Sound(seed: 36)
        far.silence(3.5)
        far.voice(Double(near.samples.count) / 8000 - 3.5, level: 0.05)
        far.pad(to: near.samples.count)
        let voice = far.samples
        for (_, range) in ranges { for index in range { far.samples[index + lag] += 0.05 * near.samples[index] } }
        near.addNoise(0.0003)
        far.addNoise(0.0003)
        let call = near.samples.indices.flatMap { [near.samples[$0], far.samples[$0]] }
        let result = Suppressed(call, channels: 2)
        let other = stride(from: 1, to: call.count, by: 2).map { result.output[$0] }
        var (kept, whole, left, sent) = (0.0, 0.0, 0.0, 0.0)
        for (key, range) in ranges.dropFirst(10) {
            // The middle of the echo, clear of both edges.
            let late = (range.lowerBound + lag + 160)..<(range.upperBound + lag - 160)
            for index in late {
                kept += Double(other[index] * other[index])
                whole += Double(voice[index] * voice[index])
            }
            left += pairPower(key, zip(other[late], voice[late]).map { $0 - $1 }[...])
            sent += pairPower(key, zip(far.samples[late], voice[late]).map { $0 - $1 }[...])
        }
        #expect(kept > 0.5 * whole)
        #expect(left < 0.5 * sent)
    }

    /// A call of `keys` presses with an echo on the agent's leg that `line` makes of the caller's, under a voice from
    /// `from` seconds on.
    private struct EchoedCall {
        var near: Sound
        var far: Sound
        var voice: [Float] = []
        var ranges: [(key: Key, range: Range<Int>)] = []

        init(seed: UInt64, keys: Int, rate: Double = 8000, from start: Double, line: ([Float]) -> [Float]) {
            near = Sound(seed: seed)
            near.silence(0.3, rate: rate)
            for index in 0..<keys {
                let key = Key.allCases[(5 * index + Int(seed)) % 16]
                ranges.append((key, near.press(key, 0.15, level: -8, rate: rate)))
                near.silence(0.2, rate: rate)
            }
            near.silence(0.3, rate: rate)
            far = Sound(seed: seed + 1)
            far.silence(start, rate: rate)
            far.voice(Double(near.samples.count) / rate - start, level: 0.08, rate: rate)
            far.pad(to: near.samples.count)
            near.addNoise(0.0003)
            far.addNoise(0.0003)
            voice = far.samples
            far.samples = zip(voice, line(near.samples)).map { $0 + $1 }
        }

        var interleaved: [Float] { near.samples.indices.flatMap { [near.samples[$0], far.samples[$0]] } }

        /// Share of the pair's power that is left of each echo but for `clear` samples at either end: `output` less the
        /// voice, by the echo.
        func left(_ output: [Float], lag: Int, clear: Int, rate: Double = 8000) -> [Double] {
            ranges.map { key, range in
                let late = (range.lowerBound + lag + clear)..<(range.upperBound + lag - clear)
                let echo = late.map { far.samples[$0] - voice[$0] }
                let rest = late.map { output[2 * $0 + 1] - voice[$0] }
                return pairPower(key, rest[...], rate: rate) / pairPower(key, echo[...], rate: rate)
            }
        }
    }

    /// `samples` later by `delay` samples and fainter by `loss` dB; by straight lines where the delay is no whole
    /// number.
    private static func line(_ samples: [Float], delay: Double, loss: Double) -> [Float] {
        let gain = Float(Level.amplitude(dBm0: 3.14 - loss))
        let whole = Int(delay)
        let rest = Float(delay - Double(whole))
        return samples.indices.map { index in
            let first = index - whole
            guard first >= 1 else { return 0 }
            return gain * ((1 - rest) * samples[first] + rest * samples[first - 1])
        }
    }

    @Test(arguments: [8000.0, 16000, 44100, 48000], [0.035, 0.1])
    func `Under a voice without pauses an echo is removed from the fourth digit on`(rate: Double, delay: Double) {
        let lag = delay * rate + 0.4
        let call = EchoedCall(seed: 41, keys: 12, rate: rate, from: 0) {
            Self.line($0, delay: lag, loss: 26)
        }
        let result = Suppressed(call.interleaved, channels: 2, rate: rate)
        let left = call.left(result.output, lag: Int(lag), clear: Int(0.003 * rate), rate: rate).dropFirst(3)
        #expect(left.allSatisfy { $0 < 0.3 } && left.reduce(0, +) < 0.1 * Double(left.count), "left: \(left)")
        // Away from echoes the voice is the same to the bit.
        var isQuiet = [Bool](repeating: true, count: call.voice.count)
        for (_, range) in call.ranges {
            let end = min(isQuiet.count, range.upperBound + Int(0.2 * rate))
            for index in range.lowerBound..<end { isQuiet[index] = false }
        }
        #expect(isQuiet.indices.allSatisfy { !isQuiet[$0] || result.output[2 * $0 + 1] == call.far.samples[$0] })
    }

    @Test func `Three echoes close together are removed too`() {
        let call = EchoedCall(seed: 43, keys: 12, from: 0) { samples in
            let echoes = [(520.0, 26.0), (525.5, 32), (533, 36)].map { Self.line(samples, delay: $0.0, loss: $0.1) }
            return samples.indices.map { echoes[0][$0] + echoes[1][$0] - echoes[2][$0] }
        }
        let result = Suppressed(call.interleaved, channels: 2)
        let left = call.left(result.output, lag: 520, clear: 160).dropFirst(3)
        #expect(left.allSatisfy { $0 < 0.5 } && left.reduce(0, +) < 0.2 * Double(left.count), "left: \(left)")
    }

    @Test func `An echo that moves to another delay is still removed`() {
        let call = EchoedCall(seed: 45, keys: 30, from: 0) { samples in
            let (first, second) = (Self.line(samples, delay: 400, loss: 24), Self.line(samples, delay: 900, loss: 24))
            return samples.indices.map { $0 < samples.count / 3 ? first[$0] : second[$0] }
        }
        let result = Suppressed(call.interleaved, channels: 2)
        let left = call.left(result.output, lag: 900, clear: 160).suffix(8)
        #expect(left.allSatisfy { $0 < 0.3 } && left.reduce(0, +) < 0.1 * 8, "left: \(left)")
    }

    @Test func `During a capture the echo of the first digit is removed before the path is known`() {
        let call = EchoedCall(seed: 47, keys: 1, from: 0) { Self.line($0, delay: 480, loss: 26) }
        let key = call.ranges[0].key
        let late = (call.ranges[0].range.lowerBound + 640)..<(call.ranges[0].range.upperBound + 320)
        let echo = pairPower(key, late.map { call.far.samples[$0] - call.voice[$0] }[...])
        var rest: [Double] = []
        for policy in [Suppressor.Policy.always, .secure] {
            let result = Suppressed(call.interleaved, channels: 2, .init(policy: policy))
            rest.append(pairPower(key, late.map { result.output[2 * $0 + 1] }[...]))
        }
        #expect(rest[1] < 0.05 * echo && rest[1] < 0.1 * rest[0], "\(rest) of \(echo)")
    }
}
