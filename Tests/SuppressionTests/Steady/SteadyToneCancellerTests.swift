import Glibc
import Support
import Testing

@testable import Suppression

@Suite struct SteadyToneCancellerTests {
    private static let hop = 8

    /// What is left of `sound` after a tone of `hz` Hz and `amplitude` was taken out from its first sample on.
    private static func rest(of sound: [Float], hz: Double, amplitude: Double, held: Int = 64) -> [Float] {
        var canceller = SteadyToneCanceller(sampleRate: 8000, held: held)
        var ring = SampleRing(keeping: 64)
        var rest: [Float] = []
        canceller.add(hz: hz, amplitude: amplitude)
        for start in stride(from: 0, to: sound.count, by: hop) {
            ring.append(sound.span.extracting(start..<start + hop))
            if canceller.isActive { canceller.cancel(&ring, start..<start + hop) }
            for index in start..<start + hop { rest.append(ring[index]) }
            var block = [Float](repeating: -9, count: hop)
            ring.copy(start..<start + hop, into: &block)
            canceller.restore(start..<start + hop, into: &block)
            #expect(held == 0 || block == Array(sound[start..<start + hop]))
        }
        return rest
    }

    private static func tone(_ hz: Double, _ amplitude: Double, _ range: Range<Int>) -> [Float] {
        range.map { Float(amplitude * sin(2 * .pi * hz / 8000 * Double($0) + 1)) }
    }

    private static func power(_ samples: ArraySlice<Float>) -> Float {
        samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
    }

    /// Errors of the frequency in Hz: a spectrum of 128 ms measures it to a few tenths.
    @Test(arguments: [-0.6, -0.3, 0, 0.3, 0.6])
    func `a tone is 25 dB lower after two seconds, though its frequency was measured wrongly`(error: Double) {
        let sound = Self.tone(1837, 0.1, 0..<32000)
        let rest = Self.rest(of: sound, hz: 1837 + error, amplitude: 0.1)
        #expect(Self.power(rest[16000...]) < 0.003 * Self.power(sound[16000...]))
    }

    @Test func `a digit beside the tone keeps its samples to a thirtieth`() {
        let steady = Self.tone(440, 0.1, 0..<16000)
        let press = Self.tone(697, 0.1, 12000..<12800)
        var sound = steady
        for index in 12000..<12800 { sound[index] += press[index - 12000] }
        let rest = Self.rest(of: sound, hz: 440, amplitude: 0.1)
        let error = zip(rest[12000..<12800], press).map { $0 - $1 }
        #expect(Self.power(error[...]) < 0.001 * Self.power(press[...]))
    }

    @Test func `a tone that has ended is given up, and no sample of it stays`() {
        let sound = Self.tone(2100, 0.2, 0..<8000) + [Float](repeating: 0, count: 8000)
        let rest = Self.rest(of: sound, hz: 2100, amplitude: 0.2)
        #expect(rest[8000...].contains { $0 != 0 })
        #expect(rest[12000...].allSatisfy { $0 == 0 })
        var canceller = SteadyToneCanceller(sampleRate: 8000, held: 64)
        var ring = SampleRing(keeping: 64)
        canceller.add(hz: 2100, amplitude: 0.2)
        for start in stride(from: 0, to: sound.count, by: Self.hop) {
            ring.append(sound.span.extracting(start..<start + Self.hop))
            if canceller.isActive { canceller.cancel(&ring, start..<start + Self.hop) }
        }
        #expect(!canceller.isActive)
    }

    @Test func `as many tones as there is room for are added, each once`() {
        var canceller = SteadyToneCanceller(sampleRate: 8000, held: 0)
        var added = 0
        for hz in stride(from: 300.0, to: 3000, by: 5) where canceller.mayAdd(hz: hz, distance: 15) {
            canceller.add(hz: hz, amplitude: 0.1)
            added += 1
            #expect(!canceller.mayAdd(hz: hz + 10, distance: 15))
        }
        #expect(added == SteadyToneCanceller.most)
    }
}
