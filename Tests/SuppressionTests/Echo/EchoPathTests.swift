import Support
import Testing

@testable import Suppression

/// The path of an echo, learned from the removed tone and its echo.
@Suite struct EchoPathTests {
    private static let lags = 512
    private static let count = 640

    /// Noise through `path` beside other noise of amplitude `other`, as a path learns it: pieces of 640 samples.
    ///
    /// - Parameter end: Sample of a piece from which the other leg is silent, which the weights do not know.
    private func learned(
        _ path: [Int: Float], other: Float, pieces: Int, seed: UInt64, silentFrom end: Int = .max
    ) -> EchoPath.Echo {
        var random = SeededGenerator(seed: seed)
        let memory = ReservedFloats(count: 2 * Self.lags)
        var room = ReservedFloats.Allotment(memory)
        var echoPath = EchoPath(lags: Self.lags, in: &room)
        defer { withExtendedLifetime(memory) {} }
        var rows = EchoPath.equations
        for _ in 0..<pieces {
            let tone = (0..<Self.count).map { _ in Float.random(in: -0.3...0.3, using: &random) }
            var sound = (0..<Self.count + Self.lags).map { _ in other * Float.random(in: -1...1, using: &random) }
            for (delay, gain) in path { for n in tone.indices { sound[n + delay] += gain * tone[n] } }
            for index in sound.indices where index >= end { sound[index] = 0 }
            func energies(_ samples: [Float]) -> [Float] {
                stride(from: 0, to: samples.count / EchoPath.block * EchoPath.block, by: EchoPath.block)
                    .map { EchoPath.energy(of: samples.span, from: $0) }
            }
            let (power, loudness) = (energies(tone), energies(sound))
            let weights = [Float](repeating: 1 / (other * other / 3 + 1e-9), count: sound.count / EchoPath.block)
            sound = sound.map { $0 * weights[0] }
            echoPath.learn(tone.span)
            for first in stride(from: 0, to: Self.lags, by: 64) {
                echoPath.learn(tone.span, sound.span.extracting(first...), lags: first..<first + 64)
            }
            echoPath.finish(power: power.span, weights: weights.span, loudness: loudness.span, &rows)
        }
        return echoPath.echo
    }

    @Test(arguments: [20, 100, 255, 500])
    func `Delay and gain of an echo are found from one piece in quiet`(delay: Int) throws {
        let path = learned([delay: 0.05], other: 0.003, pieces: 1, seed: UInt64(delay))
        #expect(path.isHeard == true && path.isWhole)
        let first = try #require(path.first)
        #expect(first + EchoPath.taps / 2 == delay)
        #expect(abs(path.response[EchoPath.taps / 2] - 0.05) < 0.005)
        #expect(abs(path.gain(at: 0.7) - 0.0025) < 0.0006)
    }

    @Test(arguments: [20, 255, 500]) func `What ends before the tone does is no echo`(delay: Int) {
        let ended = learned([delay: 0.05], other: 0.003, pieces: 1, seed: 9, silentFrom: delay + 500)
        #expect(ended.first == nil && ended.isHeard == false)
        let whole = learned([delay: 0.05], other: 0.003, pieces: 1, seed: 9, silentFrom: delay + Self.count)
        #expect(whole.isHeard == true)
    }

    @Test func `Two echoes far apart are not the whole path`() {
        let path = learned([100: 0.08, 120: 0.05], other: 0.003, pieces: 2, seed: 5)
        #expect(path.isHeard == true && !path.isWhole)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `Without an echo no path is learned, and the pieces without one are counted`(seed: UInt64) {
        let path = learned([:], other: 0.05, pieces: 6, seed: seed)
        #expect(path.first == nil && path.isHeard == false && path.piecesWithout == 6)
        var none = ReservedFloats.Allotment(nil)
        #expect(EchoPath(lags: 64, in: &none).echo.isHeard == nil)
    }
}
