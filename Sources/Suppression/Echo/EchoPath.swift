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
    /// A block of the other leg that is too quiet for an echo: its power relative to the echo's, and the largest share
    /// of such blocks.
    private static let quiet = (power: Float(0.06), share: Float(0.1))
    /// Share of the tones' energy that is added to the diagonal of the normal equations.
    ///
    /// A few digits say little about other frequencies.
    private static let ridge = 0.001
    /// Lags of the tones' autocorrelation.
    private static let ownLags = 64
    /// Samples before and after the taps in which the search for an unexplained echo looks.
    private static let searched = (before: 16, after: 48)

    /// Σ w·x[n]·y[n+k] over all presses, for each lag.
    private var sums: ReservedFloats.Piece
    /// Σ w·x[n]² over all presses, for each block of lags.
    private var energies: ReservedFloats.Piece
    /// Σ x[n]·x[n+m] over all presses.
    private var own: ReservedFloats.Piece
    /// What is known of the path.
    private(set) var echo = Echo()

    /// The echo as far as it is known.
    struct Echo: Sendable {
        /// Number of pieces since the last echo or since the beginning; `nil` before the first piece.
        fileprivate(set) var piecesWithout: Int?
        /// Whether there is an echo at any delay; `nil` before the first press.
        var isHeard: Bool? { piecesWithout.map { $0 == 0 } }
        /// Lag of the first tap; `nil` while the path is unknown.
        fileprivate(set) var first: Int?
        fileprivate(set) var response = InlineArray<5, Float>(repeating: 0)
        /// Whether the taps cover the whole echo. A line with dispersion, or several lines in series, spread it
        /// further.
        fileprivate(set) var isWhole = false

        /// Gain of a tone in power according to the taps.
        ///
        /// - Parameter turn: Radians a sample.
        func gain(at turn: Double) -> Float {
            var sum = SIMD2<Float>()
            for tap in response.indices {
                let angle = turn * Double(tap)
                sum += response[tap] * SIMD2(Float(cos(angle)), Float(sin(angle)))
            }
            return (sum * sum).sum()
        }
    }

    /// Work space: the normal equations of the taps. The column after the last tap is the right-hand side.
    typealias Equations = [SIMD16<Double>]
    static let equations = Equations(repeating: SIMD16(), count: taps)

    /// - Parameters:
    ///   - lags: Number of delays that are searched, a multiple of 64.
    ///   - memory: Gives the memory of the sums, zeros.
    init(lags: Int, in memory: inout ReservedFloats.Allotment) {
        sums = memory.next(lags)
        energies = memory.next(lags / Self.block)
        own = memory.next(lags > 0 ? Self.ownLags : 0)
    }

    /// The same sums in other memory, which is a copy.
    mutating func move(lags: Int, to memory: inout ReservedFloats.Allotment) {
        let moved = Self(lags: lags, in: &memory)
        (sums, energies, own) = (moved.sums, moved.energies, moved.own)
    }

    /// Learns from `tone`, what was removed from the one leg.
    mutating func learn(_ tone: Span<Float>) {
        for m in own.indices { own[m] *= Self.forgetting }
        unsafe tone.withUnsafeBufferPointer { tone in
            unsafe tonewall_correlate_with_itself(tone.baseAddress, tone.count, own.count, own.buffer.baseAddress)
        }
    }

    /// Learns from `tone` and `sound`, w·y of the other leg from the first of `lags` on.
    ///
    /// - Parameter lags: Multiples of 32. Each lag is learned once for every piece.
    mutating func learn(_ tone: Span<Float>, _ sound: Span<Float>, lags: Range<Int>) {
        precondition(sound.count >= tone.count + lags.count, "the sound lasts until the last lag")
        for lag in lags { sums[lag] *= Self.forgetting }
        Self.correlate(tone, sound, into: sums, lags)
    }

    /// Ends a piece whose tone and lags were learned, and finds the delay.
    ///
    /// - Parameters:
    ///   - power: Σ x² of each block of the tone.
    ///   - weights: w of each block of the sound, from the first lag to the last.
    ///   - loudness: Σ y² of those blocks.
    ///   - rows: Work space.
    mutating func finish(power: Span<Float>, weights: Span<Float>, loudness: Span<Float>, _ rows: inout Equations) {
        let blocks = power.count + energies.count
        precondition(min(weights.count, loudness.count) >= blocks, "the sound lasts until the last lag")
        for lag in energies.indices { energies[lag] *= Self.forgetting }
        Self.correlate(power, weights, into: energies, energies.indices)
        findDelay(power, loudness, &rows)
    }

    /// Σ x² of the block of `samples` that begins with `first`.
    static func energy(of samples: Span<Float>, from first: Int) -> Float {
        var energy: Float = 0
        for index in first..<first + Self.block { energy += samples[index] * samples[index] }
        return energy
    }

    /// Adds Σ a[n]·b[n+k] to each of `sums` in `lags`; b begins at the first of them.
    private static func correlate(
        _ a: Span<Float>, _ b: Span<Float>, into sums: ReservedFloats.Piece, _ lags: Range<Int>
    ) {
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                guard let x = a.baseAddress, let y = b.baseAddress, let z = unsafe sums.buffer.baseAddress else {
                    return
                }
                unsafe tonewall_cross_correlate(x, a.count, y, lags.count, z + lags.lowerBound)
            }
        }
    }

    /// Takes the delay whose score stands out, if there is one, and fits the taps there.
    private mutating func findDelay(_ power: Span<Float>, _ loudness: Span<Float>, _ rows: inout Equations) {
        (echo.piecesWithout, echo.first, echo.isWhole) = ((echo.piecesWithout ?? 0) + 1, nil, false)
        var (best, highest) = (0, score(0))
        for lag in sums.indices {
            let score = score(lag)
            if score > highest { (best, highest) = (lag, score) }
        }
        guard own[0] > 0 else { return }
        let energy = energies[best / Self.block]
        let gain = abs(sums[best]) / energy
        guard highest > Self.leastScore, Self.gains.contains(gain),
            isAsLoud(as: gain, power, loudness.extracting(droppingFirst: best / Self.block))
        else { return }
        echo.piecesWithout = 0
        guard best >= Self.taps / 2, best + Self.taps / 2 < sums.count else { return }
        for lag in sums.indices where abs(lag - best) > Self.neighbourhood {
            if highest < Self.leastLead * score(lag) { return }
        }
        solve(from: best - Self.taps / 2, energy: Double(energy), &rows)
        echo.first = best - Self.taps / 2
        echo.isWhole = unexplained(from: best - Self.taps / 2, energy: energy) < Self.leastScore
    }

    /// Whether the other leg is as loud as the echo wherever the echo would be.
    ///
    /// A steady tone beside a digit may correlate with speech that ends there. What is subtracted in the silence behind
    /// that speech would be a digit of its own.
    private func isAsLoud(as gain: Float, _ power: Span<Float>, _ loudness: Span<Float>) -> Bool {
        var quiet = 0
        for block in power.indices where loudness[block] < Self.quiet.power * gain * gain * power[block] { quiet += 1 }
        return Float(quiet) <= Self.quiet.share * Float(power.count)
    }

    /// The largest score, near the taps from `lag` on, of the echo that the taps do not explain.
    private func unexplained(from lag: Int, energy: Float) -> Float {
        var worst: Float = 0
        let (before, after) = Self.searched
        for other in max(0, lag - before)..<min(sums.count, lag + Self.taps + after) {
            var rest = sums[other]
            for tap in 0..<Self.taps { rest -= echo.response[tap] * energy * own[abs(other - lag - tap)] / own[0] }
            worst = max(worst, rest * rest / energy)
        }
        return worst
    }

    private func score(_ lag: Int) -> Float { sums[lag] * sums[lag] / (energies[lag / Self.block] + 1e-20) }

    /// Fits the response from `lag` on by least squares.
    ///
    /// - Parameter energy: Σ w·x² at `lag`. It is the same a few samples away, and Σ w·x[n]·x[n+m] is in proportion to
    ///   it.
    private mutating func solve(from lag: Int, energy: Double, _ rows: inout Equations) {
        for row in 0..<Self.taps {
            for column in 0..<Self.taps { rows[row][column] = energy * Double(own[abs(row - column)] / own[0]) }
            rows[row][row] += Self.ridge * energy
            rows[row][Self.taps] = Double(sums[lag + row])
        }
        LinearSystem.solve(&rows)
        for row in 0..<Self.taps { echo.response[row] = Float(rows[row][Self.taps]) }
    }
}
