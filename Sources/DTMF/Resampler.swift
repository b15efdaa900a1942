import CVector
import Glibc

/// Converts a stream to the detector's 8 kHz, one output sample at a time, with a windowed sinc.
///
/// Output sample `k` is the input at time `k · ratio`. The filter is centred on that time, so times need no correction.
/// Only 0–3.4 kHz matter. This allows a wide transition band and a short filter.
struct Resampler: Sendable {
    /// Input samples per output sample.
    let ratio: Double
    /// Input samples on each side of the filter's centre.
    private let reach: Int
    /// Rows of coefficients between two input samples; values between rows are interpolated.
    private static let phases = 128
    /// Zero crossings of the sinc on each side.
    private static let crossings = 8.0
    /// Corner of the filter as a fraction of the lower rate: 3,680 Hz at 8 kHz.
    private static let corner = 0.46
    /// Input samples kept beyond the filter's reach.
    private static let pendingReserve = 4096
    private let coefficients: [Float]
    private var pending: [Float]
    /// Input index of `pending[0]`.
    private var first: Int
    private var produced = 0
    private let pendingCapacity: Int

    init(from rate: Double) {
        ratio = rate / Frame.rate
        let scale = max(1, ratio)
        reach = Int((Self.crossings * scale).rounded(.up))
        let corner = Self.corner / scale
        let (reach, phases) = (self.reach, Self.phases)
        var table: [Float] = []
        for phase in 0...phases {
            let fraction = Double(phase) / Double(phases)
            let times = (0..<2 * reach).map { Double($0 - reach + 1) - fraction }
            table += WindowedSinc.taps(at: times, corner: corner) { Self.blackman($0 / Double(reach)) }
        }
        coefficients = table
        first = -reach + 1
        pending = [Float](repeating: 0, count: reach - 1)
        pendingCapacity = 2 * reach + Self.pendingReserve
        pending.reserveCapacity(pendingCapacity)
    }

    /// The Blackman window at `place`, −1…1 from edge to edge; 0 outside.
    private static func blackman(_ place: Double) -> Double {
        abs(place) >= 1 ? 0 : 0.42 + 0.5 * cos(.pi * place) + 0.08 * cos(2 * .pi * place)
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

    /// The next output sample, or `nil` if the input does not reach far enough yet.
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
