import CVector
import Glibc

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
    private let pendingCapacity: Int

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
        pendingCapacity = 2 * reach + 4096
        pending.reserveCapacity(pendingCapacity)
    }

    /// Takes one input sample.
    @inline(__always)
    mutating func push(_ sample: Float) {
        if pending.count == pendingCapacity {
            let keep = Int(Double(produced) * ratio) - reach + 1 - first
            pending.removeFirst(keep)
            first += keep
        }
        pending.append(sample)
    }

    /// The next output sample, where the input reaches far enough.
    @inline(__always)
    mutating func next() -> Float? {
        let position = Double(produced) * ratio
        let whole = Int(position)
        guard whole + reach < first + pending.count else { return nil }
        produced += 1
        return interpolate(at: whole, fraction: position - Double(whole))
    }

    private func interpolate(at whole: Int, fraction: Double) -> Float {
        let place = fraction * Double(Self.phases)
        let phase = Int(place)
        let count = 2 * reach
        let start = whole - reach + 1 - first
        precondition(start >= 0 && start + count <= pending.count && phase < Self.phases, "inside what is kept")
        return unsafe pending.withUnsafeBufferPointer { input in
            unsafe coefficients.withUnsafeBufferPointer { table in
                let row = unsafe table.baseAddress! + phase * count
                return unsafe tonewall_interpolate(
                    input.baseAddress! + start, row, row + count, Float(place - Double(phase)), count)
            }
        }
    }
}
