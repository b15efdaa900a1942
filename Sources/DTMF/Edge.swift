#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The instant at which a pair of tones begins or ends, to the sample.
///
/// A model fitted inside the press is carried towards the edge; the sample from which it explains more energy than it adds,
/// Σ (x² − (x − m)²) = Σ (2·x·m − m²), is the most likely edge in white noise.
enum Edge {
    /// Samples from the window's centre at which the search sets out.
    private static let margin = 20
    /// Share of the window's energy, in doubt of the edge, after which the search ends: 3 ms of tone.
    private static let givenUp: Float = 0.3

    /// Index of the first sample of the tone, sought from `window` back to `earliest`.
    static func onset(
        of window: PairWindow, lowHz: Double, highHz: Double, in history: borrowing SampleHistory, earliest: Int
    ) -> Int {
        // The window is mostly tone, so the edge is not far within it.
        let start = Int(window.centre) - margin
        let giveUp = window.pairEnergy * givenUp
        var model = PairOscillator(window: window, lowHz: lowHz, highHz: highHz, at: start, step: -1)
        var sum: Float = 0
        var best: Float = 0
        var edge = start
        var n = start
        while n >= max(earliest, history.first) {
            let m = model.next()
            sum += m * (2 * history[n] - m)
            if sum > best {
                best = sum
                edge = n
            } else if best - sum > giveUp {
                break
            }
            n -= 1
        }
        return edge
    }

    /// Index from which on the line was not silent before `onset`: a burst may hide where a tone begins, silence does not.
    ///
    /// Goes back by hops whose energy is at least a third of the pair's, for no more than 12.5 ms.
    static func audible(before onset: Int, pairEnergy: Float, in history: borrowing SampleHistory) -> Int {
        let least = pairEnergy / Float(Frame.hopsPerWindow) / 3
        var start = onset
        for _ in 0..<5 where start - Frame.hop >= history.first {
            var energy: Float = 0
            for n in start - Frame.hop..<start { energy += history[n] * history[n] }
            guard energy >= least else { break }
            start -= Frame.hop
        }
        return start
    }

    /// Index one past the last sample of the tone, sought from `window` on to `latest`.
    static func end(
        of window: PairWindow, lowHz: Double, highHz: Double, in history: borrowing SampleHistory, latest: Int
    ) -> Int {
        let start = max(Int(window.centre) + margin, history.first)
        let giveUp = window.pairEnergy * givenUp
        var model = PairOscillator(window: window, lowHz: lowHz, highHz: highHz, at: start, step: 1)
        var sum: Float = 0
        var best: Float = 0
        var edge = start
        var n = start
        while n < min(latest, history.end) {
            let m = model.next()
            sum += m * (2 * history[n] - m)
            if sum > best {
                best = sum
                edge = n + 1
            } else if best - sum > giveUp {
                break
            }
            n += 1
        }
        return edge
    }
}

/// Two sines that go on from a window's fit, sample by sample, in either direction.
private struct PairOscillator {
    private var low: (real: Float, imaginary: Float)
    private var high: (real: Float, imaginary: Float)
    private let lowStep: (real: Float, imaginary: Float)
    private let highStep: (real: Float, imaginary: Float)

    init(window: PairWindow, lowHz: Double, highHz: Double, at start: Int, step: Int) {
        func turn(_ frequency: Double, _ samples: Double) -> (real: Float, imaginary: Float) {
            let angle = Float(2 * .pi * frequency / Frame.rate * samples)
            return (cosf(angle), sinf(angle))
        }
        func times(_ a: SIMD2<Float>, _ b: (real: Float, imaginary: Float)) -> (real: Float, imaginary: Float) {
            (a[0] * b.real + a[1] * b.imaginary, a[0] * b.imaginary - a[1] * b.real)
        }
        let offset = Double(start) - window.centre
        low = times(window.low, turn(lowHz, offset))
        high = times(window.high, turn(highHz, offset))
        lowStep = turn(lowHz, Double(step))
        highStep = turn(highHz, Double(step))
    }

    mutating func next() -> Float {
        let value = low.real + high.real
        low = (
            low.real * lowStep.real - low.imaginary * lowStep.imaginary,
            low.real * lowStep.imaginary + low.imaginary * lowStep.real
        )
        high = (
            high.real * highStep.real - high.imaginary * highStep.imaginary,
            high.real * highStep.imaginary + high.imaginary * highStep.real
        )
        return value
    }
}
