import DTMF
import Glibc
import Support
import Testing

@testable import Suppression

/// The contract of the stream: delay, length, bit-exactness, and no dependence on the size of blocks.
@Suite(.ownThread) struct SuppressorTests {
    /// A stereo call: voice, presses, fragments and voice again on the first leg, voice and an echo on the second.
    static func call(seed: UInt64, rate: Double = 8000) -> [Float] {
        var caller = Sound(seed: seed)
        caller.voice(0.7, rate: rate)
        caller.silence(0.2, rate: rate)
        var pressed: [Range<Int>] = []
        for key in [Key.four, .two, .nine, .pound] {
            pressed.append(caller.press(key, 0.09, rate: rate))
            caller.silence(0.11, rate: rate)
        }
        pressed.append(caller.press(.seven, 0.008, rate: rate))
        caller.silence(0.2, rate: rate)
        caller.voice(0.4, rate: rate)
        let echo = Int(0.060 * rate)
        var agent = [Float](repeating: 0, count: caller.samples.count)
        for range in pressed { for index in range { agent[index + echo] = 0.03 * caller.samples[index] } }
        var other = Sound(seed: seed &+ 1)
        other.samples = agent
        caller.addNoise(0.0006)
        other.addNoise(0.0004)
        return zip(caller.samples, other.samples).flatMap { [$0, $1] }
    }

    @Test(arguments: [UInt64(1), 2, 3], [0.020, 0, 0.003, 0.250])
    func `Output and events do not depend on how the input is cut`(seed: UInt64, lookAhead: Double) {
        let call = Self.call(seed: seed)
        let configuration = Suppressor.Configuration(lookAhead: lookAhead)
        let whole = Suppressed(call, channels: 2, configuration, blocks: { _ in call.count })
        var generator = SeededGenerator(seed: seed)
        #expect(whole.events.contains { $0.kind == .press } && whole.events.contains { $0.kind == .echo })
        for blocks: (Int) -> Int in [
            { _ in 1 }, { _ in 7 }, { _ in 160 }, { _ in Int.random(in: 1...999, using: &generator) },
        ] {
            let cut = Suppressed(call, channels: 2, configuration, blocks: blocks)
            #expect(cut.output == whole.output, "seed \(seed)")
            #expect(cut.events == whole.events, "seed \(seed)")
            #expect(cut.counts == whole.counts)
        }
    }

    /// Hops that the screen passes over change nothing, on sound that is hard on it.
    @Test(arguments: [0.020, 0, 0.250], [UInt64.random(in: 0...999_999), 1])
    func `Output and events are those without the screen`(lookAhead: Double, seed: UInt64) {
        let cases: [(Double, Bool, Suppressor.Policy)] = [
            (8000, true, .always), (8000, false, .secure), (16000, true, .always),
        ]
        for (rate, guardsOtherLegs, policy) in cases {
            let legs = [0, 1].map { HostileSound(seed: seed + $0, seconds: 8, rate: rate).samples }
            let call = zip(legs[0], legs[1]).flatMap { [$0, $1] } + Self.call(seed: seed, rate: rate)
            let configuration = Suppressor.Configuration(
                lookAhead: lookAhead, policy: policy, guardsOtherLegs: guardsOtherLegs)
            var outputs: [[Float]] = [[], []]
            var events: [[SuppressionEvent]] = [[], []]
            for (number, isScreened) in [true, false].enumerated() {
                var suppressor = Suppressor(sampleRate: rate, channels: 2, configuration: configuration)
                suppressor.isScreened = isScreened
                for start in stride(from: 0, to: call.count, by: 320) {
                    suppressor.process(Array(call[start..<min(start + 320, call.count)]), into: &outputs[number])
                    events[number] += suppressor.events
                }
                suppressor.finish(into: &outputs[number])
                events[number] += suppressor.events
            }
            #expect(outputs[0] == outputs[1], "rate \(rate), look-ahead \(lookAhead), seed \(seed)")
            #expect(events[0] == events[1], "rate \(rate), look-ahead \(lookAhead), seed \(seed)")
            #expect(!events[0].isEmpty)
        }
    }

    @Test(arguments: [8000.0, 11025, 16000, 22050, 44100, 48000])
    func `Output has the length of the input, lags by the look-ahead at most, and is unchanged outside the events`(
        rate: Double
    ) {
        let call = Self.call(seed: 4, rate: rate)
        for lookAhead in [0, 0.005, 0.020, 0.060] {
            let result = Suppressed(call, channels: 2, rate: rate, .init(lookAhead: lookAhead))
            #expect(result.output.count == call.count)
            #expect(result.mostHeld <= Int((lookAhead * rate).rounded()))
            var touched = [Bool](repeating: false, count: call.count)
            for event in result.events {
                for frame in event.start..<event.end { touched[2 * frame + event.channel] = true }
            }
            let stray = call.indices.filter { call[$0] != result.output[$0] && !touched[$0] }
            #expect(stray.isEmpty, "rate \(rate), look-ahead \(lookAhead): \(stray.count) samples")
        }
    }

    @Test func `Voice without tones passes to the bit`() {
        var sound = Sound(seed: 9)
        sound.voice(20)
        let result = Suppressed(sound.samples)
        #expect(result.output == sound.samples)
        #expect(result.events.isEmpty)
    }

    @Test func `A muted leg is silent, and the other leg is unchanged`() {
        var sound = Sound(seed: 5)
        sound.voice(1)
        let call = sound.samples.flatMap { [$0, $0] }
        let result = Suppressed(call, channels: 2, .init(fill: .silence, fullMute: [1]))
        #expect(stride(from: 1, to: call.count, by: 2).allSatisfy { result.output[$0] == 0 })
        #expect(stride(from: 0, to: call.count, by: 2).allSatisfy { result.output[$0] == call[$0] })
    }

    @Test func `Policy and mute can be changed during a call`() {
        var suppressor = Suppressor(sampleRate: 8000, channels: 2)
        suppressor.policy = .secure
        suppressor.fullMute = [1]
        #expect(suppressor.policy == .secure && suppressor.fullMute == [1])
        var output: [Float] = []
        let block = [Float](repeating: 0.25, count: 3200)
        suppressor.process(block, into: &output)
        suppressor.fullMute = []
        suppressor.process(block, into: &output)
        suppressor.finish(into: &output)
        // The order applies to later output: 20 ms of the first block came out after the second order.
        let muted = stride(from: 1, to: output.count, by: 2).prefix { output[$0] != 0.25 }.count
        #expect(muted == 1600 - suppressor.latency)
    }

    /// Two harmonics begin as a pair, as loud as the keys of this call were; then they grow by 14 dB and all others
    /// come up beside them.
    @Test(arguments: [166.0, 168, 174])
    func `A voice that begins like a digit, at the level of the digits, is removed for less than 100 ms`(pitch: Double)
    {
        var sound = Sound(seed: 5)
        sound.silence(0.3)
        for key in [Key.two, .eight, .one, .six] {
            _ = sound.press(key, 0.12, level: -30)
            sound.silence(0.15)
        }
        sound.silence(1)
        let start = sound.samples.count
        for n in 0..<2400 {
            let t = Double(n) / 8000
            let loudness = 0.012 * pow(10, min(t / 0.06, 1) * 0.7)
            var value = 0.0
            for harmonic in 1...8 {
                let hz = Double(harmonic) * pitch
                let weight = abs(hz - 850) < 60 || abs(hz - 1200) < 100 ? 1 : 0.12 + 0.7 * min(t / 0.06, 1)
                value += weight * sin(2 * Double.pi * hz * (t + 0.15 * t * t) + Double(harmonic))
            }
            sound.samples.append(Float(loudness * value))
        }
        sound.silence(0.3)
        sound.addNoise(0.0005)
        let result = Suppressed(sound.samples)
        let changed = (start..<sound.samples.count).count { result.output[$0] != sound.samples[$0] }
        #expect(changed < 8 * 100)
    }
}
