import Glibc

/// Goertzel bins of a stretch of samples at eight frequencies, evaluated as a correlation folded about its centre.
///
/// Cosine is even and sine odd about the centre, so the samples are added and subtracted in pairs first: half the
/// multiplications of a plain correlation, and none of the recursion's latency.
struct CorrelationBank: Sendable {
    /// Samples in a stretch: a multiple of 4, 16 to 80.
    let count: Int
    let table: ConstantTable<Float>

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
}

extension SIMD8<Float> {
    /// `function` of each frequency's phase `samples` samples from the centre.
    init(_ frequencies: [Double], at samples: Double, _ function: (Double) -> Double) {
        self.init()
        for lane in 0..<8 { self[lane] = Float(function(2 * .pi * frequencies[lane] / Frame.rate * samples)) }
    }
}
