import CVector
import Glibc

/// Eight correlations of one stretch of samples, referred to its centre.
///
/// `cosine[k] − i·sine[k]` is the Goertzel bin at frequency `k`: Σ x[n]·e^(−iω(n−centre)).
struct Correlation: Sendable {
    var cosine = Float8.zero
    var sine = Float8.zero

    /// Power of each bin: |Σ x[n]·e^(−iωn)|².
    @inline(__always) var power: Float8 { cosine * cosine + sine * sine }

    /// Calls `body` with the address of the eight cosines, which the eight sines follow.
    @inline(__always)
    func withBins<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        unsafe withUnsafePointer(to: self) { unsafe body(UnsafeRawPointer($0).assumingMemoryBound(to: Float.self)) }
    }

    /// Calls `body` with the same address, to write to.
    @inline(__always)
    mutating func withMutableBins<Result>(_ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
        unsafe withUnsafeMutablePointer(to: &self) {
            unsafe body(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Float.self))
        }
    }
}

/// Goertzel bins of a stretch of samples at eight frequencies, evaluated as a correlation folded about its centre.
///
/// Cosine is even and sine odd about the centre, so the samples are added and subtracted in pairs first: half the
/// multiplications of a plain correlation, and none of the recursion's latency.
struct CorrelationBank: Sendable {
    /// Samples in a stretch: a multiple of 4, 16 to 80.
    let count: Int
    private let table: ConstantTable<Float>

    init(frequencies: [Double], count: Int) {
        precondition(
            frequencies.count == 8 && count % 4 == 0 && (16...Frame.window).contains(count),
            "eight lanes, a count that folds")
        self.count = count
        var table: [Float] = []
        for i in 0..<count / 2 {
            let cosines = Float8(frequencies, at: Double(i) + 0.5, cos)
            let sines = Float8(frequencies, at: Double(i) + 0.5, sin)
            for lane in 0..<8 { table.append(cosines[lane]) }
            for lane in 0..<8 { table.append(sines[lane]) }
        }
        self.table = ConstantTable(table)
    }

    /// Bins of the stretch that starts at index `first` of the stream.
    @inline(__always)
    func correlate(_ history: borrowing SampleHistory, at first: Int) -> Correlation {
        var result = Correlation()
        unsafe result.withMutableBins { bins in
            unsafe history.withSamples(from: first, count: count) { samples in
                unsafe tonewall_correlate_folded(samples, count, table.address, bins)
            }
        }
        return result
    }

    /// Measures the window that starts at index `first`; its bins only if it holds `leastEnergy`.
    @inline(__always)
    func examine(
        _ history: borrowing SampleHistory, at first: Int, leastEnergy: Float, bins: inout Correlation
    ) -> tonewall_block {
        unsafe bins.withMutableBins { bins in
            unsafe history.withSamples(from: first, count: Frame.window) { samples in
                unsafe tonewall_measure_block(samples, table.address, leastEnergy, bins)
            }
        }
    }
}

extension SIMD8<Float> {
    /// `function` of each frequency's phase `samples` samples from the centre.
    init(_ frequencies: [Double], at samples: Double, _ function: (Double) -> Double) {
        self.init()
        for lane in 0..<8 { self[lane] = Float(function(2 * .pi * frequencies[lane] / Frame.rate * samples)) }
    }
}
