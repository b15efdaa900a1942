internal import CVector
internal import Glibc

/// How the tones of one leg come back on another: a delay and a few taps, learned from what was taken out of the one leg and heard
/// on the other.
///
/// Each press adds its cross-correlation with the other leg, where each moment weighs as much as that leg was quiet in it: Σ w·x·y and
/// Σ w·x² at each delay, w = 1 / mean y². In quiet one press tells the path; under speech, which correlates with no key, two or three do.
struct EchoPath: Sendable {
    /// Taps of the response, a sample apart: what lies between two samples, and a line that disperses.
    static let taps = 5
    /// Score that is asked for: (Σ w·x·y)² / Σ w·x². Over 5,000 presses beside speech without an echo it was 31 at most.
    private static let leastScore: Float = 60
    /// How far the best delay's score must stand above that of any other, since tones are alike a period later.
    private static let leastLead: Float = 1.25
    /// Samples from the best delay on that count as another.
    private static let neighbourhood = 10
    /// What is left of what was learned with each further piece: a call may be passed on.
    private static let memory: Float = 0.94
    /// Gain of an echo, 14 to 46 dB down.
    private static let gains: ClosedRange<Float> = 0.005...0.2
    /// Share of the tones' energy that is added to the diagonal of the normal equations: a few keys say little of other frequencies.
    private static let ridge = 0.001

    /// Samples that have one weight.
    static let block = 8

    /// Σ w·x[n]·y[n+k] over all presses, a lag each.
    private var sums: [Float]
    /// Σ w·x[n]² over all presses, a block of lags each.
    private var energies: [Float]
    /// Σ x[n]·x[n+m] over all presses.
    private var own = [Float](repeating: 0, count: 64)
    /// The normal equations; the column behind the last tap is the right side.
    private var rows = [SIMD8<Double>](repeating: SIMD8(), count: taps)

    /// Pieces learned from since an echo, with whatever delay, was heard last, or since the beginning; `nil` before the first.
    private(set) var piecesWithout: Int?
    /// Whether there is an echo, with whatever delay; `nil` before the first press.
    var isHeard: Bool? { piecesWithout.map { $0 == 0 } }
    /// The first tap's place among the lags; `nil` as long as the path is not known.
    private(set) var first: Int?
    private(set) var response = [Float](repeating: 0, count: taps)
    /// Whether that is all of the echo; a line that disperses, or several lines, give more.
    private(set) var isWhole = false

    /// - Parameter lags: Delays that are looked at, a multiple of 64.
    init(lags: Int) {
        sums = Array(repeating: 0, count: lags)
        energies = Array(repeating: 0, count: lags / Self.block)
    }

    /// Learns from a piece of a press.
    ///
    /// - Parameters:
    ///   - tone: What was taken out of the one leg, whole blocks.
    ///   - power: Σ x² of each block of it.
    ///   - sound: w·y of the other leg from the first lag on, as many samples as `tone` and the lags together.
    ///   - weights: w of each block of it.
    mutating func learn(_ tone: Span<Float>, power: Span<Float>, _ sound: Span<Float>, weights: Span<Float>) {
        precondition(sound.count >= tone.count + sums.count, "the sound lasts until the last lag")
        precondition(
            power.count * Self.block == tone.count && weights.count * Self.block == sound.count, "whole blocks")
        for lag in sums.indices { sums[lag] *= Self.memory }
        for lag in energies.indices { energies[lag] *= Self.memory }
        for m in own.indices {
            var sum: Float = 0
            for n in 0..<max(0, tone.count - m) { sum += tone[n] * tone[n + m] }
            own[m] = Self.memory * own[m] + sum
        }
        Self.slide(tone, sound, into: &sums)
        Self.slide(power, weights, into: &energies)
        settle()
    }

    /// Adds Σ a[n]·b[n+k] to each of `sums`.
    private static func slide(_ a: Span<Float>, _ b: Span<Float>, into sums: inout [Float]) {
        let lags = sums.count
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    guard let x = a.baseAddress, let y = b.baseAddress, let z = sums.baseAddress else { return }
                    unsafe tonewall_slide(x, a.count, y, lags, z)
                }
            }
        }
    }

    /// Takes the delay that stands out, where one does.
    private mutating func settle() {
        (piecesWithout, first, isWhole) = ((piecesWithout ?? 0) + 1, nil, false)
        guard let best = sums.indices.max(by: { score($0) < score($1) }), own[0] > 0 else { return }
        let energy = energies[best / Self.block]
        let highest = score(best)
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

    /// How much of a tone's power comes back, as far as the taps tell.
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

    /// The best score around the taps from `lag` on of what they do not explain.
    private func unexplained(from lag: Int, energy: Float) -> Float {
        var worst: Float = 0
        for other in max(0, lag - 16)..<min(sums.count, lag + Self.taps + 48) {
            var rest = sums[other]
            for tap in 0..<Self.taps { rest -= response[tap] * energy * own[abs(other - lag - tap)] / own[0] }
            worst = max(worst, rest * rest / energy)
        }
        return worst
    }

    private func score(_ lag: Int) -> Float { sums[lag] * sums[lag] / (energies[lag / Self.block] + 1e-20) }

    /// The response by least squares, by elimination; the matrix is positive definite.
    ///
    /// - Parameter energy: Σ w·x² there; a few samples from there it is as much, and Σ w·x[n]·x[n+m] in proportion.
    private mutating func solve(from lag: Int, energy: Double) {
        for row in 0..<Self.taps {
            for column in 0..<Self.taps { rows[row][column] = energy * Double(own[abs(row - column)] / own[0]) }
            rows[row][row] += Self.ridge * energy
            rows[row][Self.taps] = Double(sums[lag + row])
        }
        for pivot in 0..<Self.taps {
            rows[pivot] /= rows[pivot][pivot]
            for row in 0..<Self.taps where row != pivot { rows[row] -= rows[pivot] * rows[row][pivot] }
        }
        for row in 0..<Self.taps { response[row] = Float(rows[row][Self.taps]) }
    }
}
