internal import DTMF
internal import Glibc

/// A low-pass filter that keeps one of every `factor` samples, so the onset detector works at 8 to 16 kHz.
///
/// The filter is a Hann-windowed sinc of `12·factor + 1` taps. It is the identity if `factor` is 1.
struct Decimator: Sendable {
    /// Lowest rate after the filter, and corner frequency of the filter, in Hz.
    private static let leastRate = 8000.0
    private static let corner = 3700.0
    /// Taps on each side of the centre, per unit of `factor`.
    private static let tapsPerStep = 6

    let factor: Int
    /// Delay of the filter in input samples.
    let delay: Int
    private let taps: [Float]
    private var history: [Float]
    private var position = 0
    private var phase = 0

    init(sampleRate: Double) {
        factor = max(1, Int(sampleRate / Self.leastRate))
        guard factor > 1 else {
            (delay, taps, history) = (0, [], [])
            return
        }
        let half = Self.tapsPerStep * factor
        delay = half
        taps = WindowedSinc.taps(at: (-half...half).map(Double.init), corner: Self.corner / sampleRate) {
            1 + cos(Double.pi * $0 / Double(half + 1))
        }
        history = Array(repeating: 0, count: 2 * taps.count)
    }

    /// Takes one sample. Returns a sample at the low rate if one is due.
    @inline(__always) mutating func take(_ sample: Float) -> Float? {
        guard factor > 1 else { return sample }
        let length = taps.count
        history[position] = sample
        history[position + length] = sample
        position = position + 1 == length ? 0 : position + 1
        phase += 1
        guard phase == factor else { return nil }
        phase = 0
        var sum: Float = 0
        for k in 0..<length { sum += taps[k] * history[position + k] }
        return sum
    }
}
