import Foundation
import Support
import Testing
import Verification

/// Keys under a voice as loud as they are: the pair is steady and the voice glides.
@Suite(.ownThread) struct LoudVoiceTests {
    @Test func `3 of 4 keys of 200 ms under a gliding voice of their power are found, and none in the voice alone`()
        throws
    {
        for seed in 1...2 as ClosedRange<UInt64> {
            var call = Sound(seed: seed)
            let voice = glidingVoice(seconds: 32, from: call.random(in: 95...105))
            call.silence(32)
            call.add(voice)
            #expect(try findings(call.samples).isEmpty, "seed \(seed)")
            var keys: [Range<Int>] = []
            for number in 0..<24 {
                let (_, low, high) = keyFrequencies[number % keyFrequencies.count]
                var key = Sound(seed: seed)
                let (a, b) = (call.random(in: 0.988...1.012), call.random(in: 0.988...1.012))
                key.pair(low * a, high * b, seconds: 0.2, twist: call.random(in: -6...3))
                let start = 9600 * (number + 1) + Int(call.random(in: 0...4000))
                let range = start..<start + key.samples.count
                let gain = (power(of: voice[range]) / power(of: key.samples[...])).squareRoot()
                call.add(key.samples.map { gain * $0 }, at: start)
                keys.append(range)
            }
            let found = try findings(call.samples)
            let heard = keys.filter { key in found.contains { ($0.start..<$0.end).overlaps(key) } }
            #expect(heard.count * 4 >= 3 * keys.count, "seed \(seed): \(heard.count) of \(keys.count)")
        }
    }

    /// A buzz of sixteen harmonics whose pitch goes up and down by 30 % twice a second, in syllables.
    private func glidingVoice(seconds: Double, from pitch: Double) -> [Float] {
        var phase = 0.0
        return (0..<Int(seconds * 8000)).map { index in
            let time = Double(index) / 8000
            phase += 2 * Double.pi * pitch * (1 + 0.3 * sin(2 * Double.pi * 2 * time)) / 8000
            let harmonics = (1...16).reduce(0.0) { $0 + cos(Double($1) * phase + Double($1 * $1)) }
            return Float(0.03 * harmonics * (0.6 + 0.4 * sin(2 * Double.pi * 3.1 * time)))
        }
    }

    private func power(of samples: ArraySlice<Float>) -> Float {
        samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
    }
}
