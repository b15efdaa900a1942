import DTMF
import Glibc
import Support
import Suppression
import Testing

/// A tone of one leg that comes back on another.
@Suite struct EchoTests {
    @Test(arguments: [(0.02, 20.0), (0.06, 26), (0.1, 32), (0.15, 38)])
    func `An echo goes, whichever leg the tone was on`(delay: Double, loss: Double) {
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

    @Test func `Where nothing comes back, the other leg's voice is untouched during a press`() {
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

    @Test func `The first echo of a call goes too, where it is a twentieth of what is heard`() {
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

    @Test func `An echo under a voice loses its two tones and the voice goes on`() {
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
}
