internal import CVector

/// How the tones of one leg come back on another: a delay and a few taps, learned from what was taken out of the one leg and heard
/// on the other.
///
/// Each press adds its cross-correlation with the other leg, weighted by how quiet that leg was. In quiet one press tells the path;
/// under speech, which correlates with no key, a few do. Of 5,000 presses beside speech without an echo none scored over 40.
struct EchoPath: Sendable {
    /// Taps of the response, a sample apart: what lies between two samples, and a line that disperses.
    static let taps = 5
    /// Score that is asked for: (Σ x·y)² / (Σ x² · mean y²), which is some ten where there is no echo.
    private static let leastScore: Float = 60
    /// How far the best delay's score must stand above that of any other, since tones are alike a period later.
    private static let leastLead: Float = 1.2
    /// Samples from the best delay on that count as another.
    private static let neighbourhood = 10
    /// What is left of what was learned with each further press: a call may be passed on.
    private static let memory: Float = 0.97
    /// Gain of an echo, 14 to 46 dB down.
    private static let gains: ClosedRange<Float> = 0.005...0.2
    /// Share of the tones' energy that is added to the diagonal of the normal equations: a few keys say little of other frequencies.
    private static let ridge = 0.001

    /// Σ x[n]·y[n+k] over all presses, weighted, a lag each.
    private var sums: [Float]
    /// Σ x[n]·x[n+m] over all presses, weighted.
    private var own = SIMD8<Double>()
    /// The normal equations; the column behind the last tap is the right side.
    private var rows = [SIMD8<Double>](repeating: SIMD8(), count: taps)

    /// The first tap's place among the lags; `nil` as long as the path is not known.
    private(set) var first: Int?
    private(set) var response = [Float](repeating: 0, count: taps)

    /// - Parameter lags: Delays that are looked at, a multiple of 8.
    init(lags: Int) { sums = Array(repeating: 0, count: lags) }

    /// Learns from a press.
    ///
    /// - Parameters:
    ///   - tone: What was taken out of the one leg.
    ///   - sound: What the other leg carried from the first lag on, as many samples as `tone` and the lags together.
    mutating func learn(_ tone: Span<Float>, _ sound: Span<Float>) {
        precondition(sound.count >= tone.count + sums.count, "the sound lasts until the last lag")
        var power: Float = 1e-9
        for index in sound.indices { power += sound[index] * sound[index] / Float(sound.count) }
        for lag in sums.indices { sums[lag] *= Self.memory }
        own *= Double(Self.memory)
        for m in 0..<Self.taps {
            var sum: Float = 0
            for n in 0..<max(0, tone.count - m) { sum += tone[n] * tone[n + m] }
            own[m] += Double(sum / power)
        }
        let lags = sums.count
        unsafe tone.withUnsafeBufferPointer { tone in
            unsafe sound.withUnsafeBufferPointer { sound in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    unsafe tonewall_slide(
                        tone.baseAddress!, tone.count, sound.baseAddress!, lags, 1 / power, sums.baseAddress!)
                }
            }
        }
        settle()
    }

    /// Takes the delay that stands out, where one does.
    private mutating func settle() {
        first = nil
        guard own[0] > 0, let best = sums.indices.max(by: { abs(sums[$0]) < abs(sums[$1]) }) else { return }
        let energy = Float(own[0])
        var other: Float = 0
        for lag in sums.indices where abs(lag - best) > Self.neighbourhood { other = max(other, abs(sums[lag])) }
        let score = sums[best] * sums[best] / energy
        guard score > Self.leastScore, sums[best] * sums[best] > Self.leastLead * other * other,
            Self.gains.contains(abs(sums[best]) / energy),
            best >= Self.taps / 2, best + Self.taps / 2 < sums.count
        else { return }
        solve(from: best - Self.taps / 2)
        first = best - Self.taps / 2
    }

    /// The response by least squares, by elimination; the matrix is positive definite.
    private mutating func solve(from lag: Int) {
        for row in 0..<Self.taps {
            for column in 0..<Self.taps { rows[row][column] = own[abs(row - column)] }
            rows[row][row] += Self.ridge * own[0]
            rows[row][Self.taps] = Double(sums[lag + row])
        }
        for pivot in 0..<Self.taps {
            rows[pivot] /= rows[pivot][pivot]
            for row in 0..<Self.taps where row != pivot { rows[row] -= rows[pivot] * rows[row][pivot] }
        }
        for row in 0..<Self.taps { response[row] = Float(rows[row][Self.taps]) }
    }
}
