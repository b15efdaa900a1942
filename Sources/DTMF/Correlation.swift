#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Eight correlations of one stretch of samples, referred to its centre.
///
/// `cosine[k] − i·sine[k]` is the Goertzel bin at frequency `k`: Σ x[n]·e^(−iω(n−centre)).
struct Correlation: Sendable {
    var cosine = Float8.zero
    var sine = Float8.zero

    /// Power of each bin: |Σ x[n]·e^(−iωn)|².
    @inline(__always) var power: Float8 { cosine * cosine + sine * sine }
}

/// Goertzel bins of one hop at eight frequencies, evaluated as a correlation folded about the hop's centre.
///
/// Cosine is even and sine odd about the centre, so the samples are added and subtracted in pairs first: half the
/// multiplications of a plain correlation, and none of the recursion's latency.
struct HopBank: Sendable {
    /// Frequencies of the eight lanes in Hz.
    let frequencies: [Double]
    private let cosine: [Float8]
    private let sine: [Float8]
    private let rotation: WindowRotation

    init(frequencies: [Double]) {
        precondition(frequencies.count == 8, "a bank has eight lanes")
        self.frequencies = frequencies
        cosine = (0..<Frame.hop / 2).map { i in Float8(frequencies, at: Double(i) + 0.5, cos) }
        sine = (0..<Frame.hop / 2).map { i in Float8(frequencies, at: Double(i) + 0.5, sin) }
        rotation = WindowRotation(frequencies: frequencies)
    }

    /// Bins of the hop that starts at `first` in `samples`.
    @inline(__always)
    func correlate(_ samples: borrowing Span<Float>, at first: Int) -> Correlation {
        let cosine = self.cosine.span
        let sine = self.sine.span
        let half = Frame.hop / 2
        var result = Correlation()
        for i in 0..<half {
            let after = unsafe samples[unchecked: first + half + i]
            let before = unsafe samples[unchecked: first + half - 1 - i]
            unsafe result.cosine += cosine[unchecked: i] * (after + before)
            unsafe result.sine += sine[unchecked: i] * (after - before)
        }
        return result
    }

    /// Bins of a window from those of its four hops, oldest first.
    @inline(__always)
    func window(_ a: Correlation, _ b: Correlation, _ c: Correlation, _ d: Correlation) -> Correlation {
        rotation.combine(a, b, c, d)
    }
}

/// Turns hop bins to the phase of the window's centre and adds them.
struct WindowRotation: Sendable {
    private let outerCosine, outerSine, innerCosine, innerSine: Float8

    init(frequencies: [Double]) {
        // Hop centres lie 10 and 30 samples either side of the window's.
        let inner = Double(Frame.hop) / 2
        let outer = inner * 3
        outerCosine = Float8(frequencies, at: outer, cos)
        outerSine = Float8(frequencies, at: outer, sin)
        innerCosine = Float8(frequencies, at: inner, cos)
        innerSine = Float8(frequencies, at: inner, sin)
    }

    @inline(__always)
    func combine(_ a: Correlation, _ b: Correlation, _ c: Correlation, _ d: Correlation) -> Correlation {
        Correlation(
            cosine: (d.cosine + a.cosine) * outerCosine - (d.sine - a.sine) * outerSine
                + ((c.cosine + b.cosine) * innerCosine - (c.sine - b.sine) * innerSine),
            sine: (d.sine + a.sine) * outerCosine + (d.cosine - a.cosine) * outerSine
                + ((c.sine + b.sine) * innerCosine + (c.cosine - b.cosine) * innerSine))
    }
}

extension SIMD8<Float> {
    /// `function` of each frequency's phase `samples` samples from the centre.
    fileprivate init(_ frequencies: [Double], at samples: Double, _ function: (Double) -> Double) {
        self.init()
        for lane in 0..<8 { self[lane] = Float(function(2 * .pi * frequencies[lane] / Frame.rate * samples)) }
    }
}
