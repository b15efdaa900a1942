#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Conversion of a stream to the detector's 8 kHz, one output sample at a time, with a windowed sinc.
///
/// Output sample `k` stands for input time `k · ratio`; the filter is centred on it, so that times need no correction.
/// Only 0–3.4 kHz matter, which leaves a wide transition band and a short filter.
struct Resampler: Sendable {
    /// Input samples per output sample.
    let ratio: Double
    private let reach: Int
    private static let phases = 128
    private let coefficients: [Float]
    private var pending: [Float]
    /// Input index of `pending[0]`.
    private var first: Int
    private var produced = 0

    init(from rate: Double) {
        ratio = rate / Frame.rate
        let scale = max(1, ratio)
        // Zero crossings of the sinc on each side, in input samples.
        reach = Int((8 * scale).rounded(.up))
        let cutoff = 0.46 / scale
        let (reach, phases) = (self.reach, Self.phases)
        var table: [Float] = []
        for phase in 0...phases {
            let fraction = Double(phase) / Double(phases)
            var row: [Double] = []
            for tap in 0..<2 * reach {
                let t = Double(tap - reach + 1) - fraction
                let x = 2 * .pi * cutoff * t
                let sinc = x == 0 ? 1 : sin(x) / x
                let u = t / Double(reach)
                let window = abs(u) >= 1 ? 0 : 0.42 + 0.5 * cos(.pi * u) + 0.08 * cos(2 * .pi * u)
                row.append(sinc * window)
            }
            let sum = row.reduce(0, +)
            table += row.map { Float($0 / sum) }
        }
        coefficients = table
        first = -reach + 1
        pending = [Float](repeating: 0, count: reach - 1)
        pending.reserveCapacity(2 * reach + 4096)
    }

    /// Takes one input sample and gives every output sample that it completes.
    mutating func push(_ sample: Float, _ output: (Float) -> Void) {
        pending.append(sample)
        while true {
            let position = Double(produced) * ratio
            let whole = Int(position)
            guard whole + reach < first + pending.count else { break }
            output(interpolate(at: whole, fraction: position - Double(whole)))
            produced += 1
        }
        if pending.count >= 2 * reach + 2048 {
            let keep = Int(Double(produced) * ratio) - reach + 1 - first
            pending.removeSubrange(0..<keep)
            first += keep
        }
    }

    private func interpolate(at whole: Int, fraction: Double) -> Float {
        let place = fraction * Double(Self.phases)
        let phase = Int(place)
        let blend = Float(place - Double(phase))
        let count = 2 * reach
        let row = phase * count
        let start = whole - reach + 1 - first
        let table = coefficients.span
        let input = pending.span
        var near: Float = 0
        var far: Float = 0
        for tap in 0..<count {
            let x = input[start + tap]
            near += x * table[row + tap]
            far += x * table[row + count + tap]
        }
        return near + (far - near) * blend
    }
}
