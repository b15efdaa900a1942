import CVector
import Glibc

@testable import DTMF

/// The first and the last sample of a tone pair.
///
/// A model fitted inside the press is extended outwards. The edge is where it stops explaining more energy than it
/// adds: where Σ (x² − (x − m)²) = Σ (2·x·m − m²) is largest. In white noise this is the most likely edge.
enum Edge {
    /// Samples from the window's centre at which the search begins. The window is mostly tone.
    private static let margin = 20
    /// Share of the pair's energy in a window that may stay unexplained before the search ends: 3 ms of tone.
    private static let patience: Float = 0.3
    /// Least energy of the pair in a hop, relative to a silent hop: 5 dB.
    private static let silence: Float = 3
    /// Hops that are searched for silence: 12.5 ms.
    private static let silenceHops = 5

    /// Index of the first sample of the tone, searched from `window` back to `earliest`.
    static func onset(
        of window: PairWindow, lowHz: Double, highHz: Double, in history: borrowing SampleHistory, earliest: Int
    ) -> Int {
        let start = Int(window.centre) - margin
        let count = start - max(earliest, history.first) + 1
        let explained = follow(window, lowHz: lowHz, highHz: highHz, in: history, from: start, step: -1, count: count)
        return start - max(explained - 1, 0)
    }

    /// Index of the first sample before `onset` at which the line was not silent. A burst may hide the beginning of a
    /// tone.
    ///
    /// The search goes back by hops that hold a third of the pair's energy or more, for up to 12.5 ms.
    static func audible(before onset: Int, pairEnergy: Float, in history: borrowing SampleHistory) -> Int {
        let least = pairEnergy / Float(Frame.hopsPerWindow) / silence
        var start = onset
        for _ in 0..<silenceHops where start - Frame.hop >= history.first {
            var energy: Float = 0
            for n in start - Frame.hop..<start { energy += history[n] * history[n] }
            guard energy >= least else { break }
            start -= Frame.hop
        }
        return start
    }

    /// Index one past the last sample of the tone, searched from `window` on to `latest`.
    static func end(
        of window: PairWindow, lowHz: Double, highHz: Double, in history: borrowing SampleHistory, latest: Int
    ) -> Int {
        let start = max(Int(window.centre) + margin, history.first)
        let count = min(latest, history.end) - start
        return start
            + follow(window, lowHz: lowHz, highHz: highHz, in: history, from: start, step: 1, count: count)
    }

    /// Number of samples that belong to the tones fitted in `window`, of `count` samples from index `start` in steps of
    /// `step`.
    private static func follow(
        _ window: PairWindow, lowHz: Double, highHz: Double, in history: borrowing SampleHistory, from start: Int,
        step: Int, count: Int
    ) -> Int {
        guard count > 0 else { return 0 }
        func turn(_ frequency: Double, _ samples: Double) -> SIMD2<Float> {
            let angle = Float(2 * .pi * frequency / Frame.rate * samples)
            return SIMD2(cosf(angle), sinf(angle))
        }
        // The value of a·cos + b·sin some samples later: the real part of (a − ib)·e^(iωn).
        func times(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> SIMD2<Float> {
            SIMD2(a[0] * b[0] + a[1] * b[1], a[0] * b[1] - a[1] * b[0])
        }
        let offset = Double(start) - window.centre
        let (low, high) = (times(window.low, turn(lowHz, offset)), times(window.high, turn(highHz, offset)))
        let (lowStep, highStep) = (turn(lowHz, Double(step)), turn(highHz, Double(step)))
        let path = tonewall_pair_path(
            low_cosine: low[0], low_sine: low[1], high_cosine: high[0], high_sine: high[1],
            low_step_cosine: lowStep[0], low_step_sine: lowStep[1], high_step_cosine: highStep[0],
            high_step_sine: highStep[1])
        let oldest = step > 0 ? start : start - count + 1
        return unsafe history.withSamples(from: oldest, count: count) { samples in
            unsafe withUnsafePointer(to: path) { path in
                unsafe tonewall_follow_pair(
                    samples + (start - oldest), step, count, path, window.pairEnergy * patience)
            }
        }
    }
}
