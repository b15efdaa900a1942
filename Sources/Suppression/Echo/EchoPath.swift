internal import CVector
internal import DTMF
internal import Glibc

/// The path on which the tones of one leg come back on another: a delay and a few taps.
///
/// It is learned from x, what was removed from the one leg, and y, what was heard on the other. Each press adds Σ w·x·y
/// and Σ w·x² at each delay, with w = 1 / mean y². So a sample counts more where the other leg is quieter. In quiet,
/// one press is enough. Speech does not correlate with a digit; under speech two or three presses are enough.
struct EchoPath: Sendable {
    /// Taps of the response, one sample apart. They allow for fractions of a sample and for a line with dispersion.
    static let taps = 5
    /// Samples that share one weight.
    static let block = 8

    /// Least score (Σ w·x·y)² / Σ w·x² of an echo. The largest of 5,000 presses beside speech without an echo was 31.
    private static let leastScore: Float = 60
    /// Least ratio of the best delay's score to that of any other delay. A tone repeats itself one period later.
    private static let leastLead: Float = 1.25
    /// Delays this many samples or fewer from the best one do not count as others.
    private static let neighbourhood = 10
    /// Share of the sums that each further piece leaves. The path changes if the call is transferred.
    private static let forgetting: Float = 0.94
    /// Gain of an echo in amplitude: −14 to −46 dB.
    private static let gains: ClosedRange<Float> = 0.005...0.2
    /// Share of the tones' energy that is added to the diagonal of the normal equations.
    ///
    /// A few digits say little about other frequencies.
    private static let ridge = 0.001
    /// Lags of the tones' autocorrelation.
    private static let ownLags = 64
    /// Samples before and after the taps in which the search for an unexplained echo looks.
    private static let searched = (before: 16, after: 48)

    /// Σ w·x[n]·y[n+k] over all presses, for each lag.
    private var sums: [Float]
    /// Σ w·x[n]² over all presses, for each block of lags.
    private var energies: [Float]
    /// Σ x[n]·x[n+m] over all presses.
    private var own = [Float](repeating: 0, count: ownLags)
    /// The normal equations. The column after the last tap is the right-hand side.
    private var rows = [SIMD16<Double>](repeating: SIMD16(), count: taps)

    /// Number of pieces since the last echo or since the beginning; `nil` before the first piece.
    private(set) var piecesWithout: Int?
    /// Whether there is an echo at any delay; `nil` before the first press.
    var isHeard: Bool? { piecesWithout.map { $0 == 0 } }
    /// Lag of the first tap; `nil` while the path is unknown.
    private(set) var first: Int?
    private(set) var response = [Float](repeating: 0, count: taps)
    /// Whether the taps cover the whole echo. A line with dispersion, or several lines in series, spread it further.
    private(set) var isWhole = false

    /// - Parameter lags: Number of delays that are searched, a multiple of 64.
    init(lags: Int) {
        sums = Array(repeating: 0, count: lags)
        energies = Array(repeating: 0, count: lags / Self.block)
    }

    /// Learns from a piece of a press.
    ///
    /// - Parameters:
    ///   - tone: What was removed from the one leg, in whole blocks.
    ///   - power: Σ x² of each block of `tone`.
    ///   - sound: w·y of the other leg from the first lag on. It has as many samples as `tone` and the lags together.
    ///   - weights: w of each block of `sound`.
    mutating func learn(_ tone: Span<Float>, power: Span<Float>, _ sound: Span<Float>, weights: Span<Float>) {
        precondition(sound.count >= tone.count + sums.count, "the sound lasts until the last lag")
        precondition(
            power.count * Self.block == tone.count && weights.count * Self.block == sound.count, "whole blocks")
        for lag in sums.indices { sums[lag] *= Self.forgetting }
        for lag in energies.indices { energies[lag] *= Self.forgetting }
        for m in own.indices { own[m] *= Self.forgetting }
        unsafe tone.withUnsafeBufferPointer { tone in
            unsafe own.withUnsafeMutableBufferPointer { own in
                unsafe tonewall_correlate_with_itself(tone.baseAddress, tone.count, own.count, own.baseAddress)
            }
        }
        Self.correlate(tone, sound, into: &sums)
        Self.correlate(power, weights, into: &energies)
        findDelay()
    }

    /// The same for the first `count` samples of `tone` and the matching parts of the others.
    mutating func learn(_ tone: [Float], power: [Float], _ sound: [Float], weights: [Float], count: Int) {
        let reach = count + sums.count
        learn(
            tone.span.extracting(first: count), power: power.span.extracting(first: count / Self.block),
            sound.span.extracting(first: reach), weights: weights.span.extracting(first: reach / Self.block))
    }

    /// Adds Σ a[n]·b[n+k] to each of `sums`.
    private static func correlate(_ a: Span<Float>, _ b: Span<Float>, into sums: inout [Float]) {
        let lags = sums.count
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    guard let x = a.baseAddress, let y = b.baseAddress, let z = sums.baseAddress else { return }
                    unsafe tonewall_cross_correlate(x, a.count, y, lags, z)
                }
            }
        }
    }

    /// Takes the delay whose score stands out, if there is one, and fits the taps there.
    private mutating func findDelay() {
        (piecesWithout, first, isWhole) = ((piecesWithout ?? 0) + 1, nil, false)
        var (best, highest) = (0, score(0))
        for lag in sums.indices {
            let score = score(lag)
            if score > highest { (best, highest) = (lag, score) }
        }
        guard own[0] > 0 else { return }
        let energy = energies[best / Self.block]
        guard highest > Self.leastScore, Self.gains.contains(abs(sums[best]) / energy) else { return }
        piecesWithout = 0
        guard best >= Self.taps / 2, best + Self.taps / 2 < sums.count else { return }
        for lag in sums.indices where abs(lag - best) > Self.neighbourhood {
            if highest < Self.leastLead * score(lag) { return }
        }
        solve(from: best - Self.taps / 2, energy: Double(energy))
        first = best - Self.taps / 2
        isWhole = unexplained(from: best - Self.taps / 2, energy: energy) < Self.leastScore
    }

    /// Gain of a tone in power according to the taps.
    ///
    /// - Parameter turn: Radians a sample.
    func gain(at turn: Double) -> Float {
        var sum = SIMD2<Float>()
        for tap in 0..<Self.taps {
            let angle = turn * Double(tap)
            sum += response[tap] * SIMD2(Float(cos(angle)), Float(sin(angle)))
        }
        return (sum * sum).sum()
    }

    /// The largest score, near the taps from `lag` on, of the echo that the taps do not explain.
    private func unexplained(from lag: Int, energy: Float) -> Float {
        var worst: Float = 0
        let (before, after) = Self.searched
        for other in max(0, lag - before)..<min(sums.count, lag + Self.taps + after) {
            var rest = sums[other]
            for tap in 0..<Self.taps { rest -= response[tap] * energy * own[abs(other - lag - tap)] / own[0] }
            worst = max(worst, rest * rest / energy)
        }
        return worst
    }

    private func score(_ lag: Int) -> Float { sums[lag] * sums[lag] / (energies[lag / Self.block] + 1e-20) }

    /// Fits the response from `lag` on by least squares.
    ///
    /// - Parameter energy: Σ w·x² at `lag`. It is the same a few samples away, and Σ w·x[n]·x[n+m] is in proportion to
    ///   it.
    private mutating func solve(from lag: Int, energy: Double) {
        for row in 0..<Self.taps {
            for column in 0..<Self.taps { rows[row][column] = energy * Double(own[abs(row - column)] / own[0]) }
            rows[row][row] += Self.ridge * energy
            rows[row][Self.taps] = Double(sums[lag + row])
        }
        LinearSystem.solve(&rows)
        for row in 0..<Self.taps { response[row] = Float(rows[row][Self.taps]) }
    }
}
