internal import Glibc

/// A low-pass filter that keeps one of every `factor` samples, so that suspicion works at 8 to 16 kHz whatever the rate.
///
/// A Hann-windowed sinc of `12·factor + 1` taps with its corner at 3.7 kHz or below; the identity where `factor` is 1.
struct Decimator: Sendable {
    let factor: Int
    /// Delay of the filter in input samples.
    let delay: Int
    private let taps: [Float]
    private var history: [Float]
    private var position = 0
    private var phase = 0

    init(sampleRate: Double) {
        factor = max(1, Int(sampleRate / 8000))
        guard factor > 1 else {
            (delay, taps, history) = (0, [], [])
            return
        }
        let half = 6 * factor
        delay = half
        let corner = 3700 / sampleRate
        var sinc = (-half...half).map { k -> Double in
            let x = 2 * Double.pi * corner * Double(k)
            return (k == 0 ? 1 : sin(x) / x) * (1 + cos(Double.pi * Double(k) / Double(half + 1)))
        }
        let total = sinc.reduce(0, +)
        for index in sinc.indices { sinc[index] /= total }
        taps = sinc.map { Float($0) }
        history = Array(repeating: 0, count: 2 * taps.count)
    }

    /// Takes one sample; gives the next one at the low rate where it is due.
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
