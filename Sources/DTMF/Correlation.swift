import CVector

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

    /// Gives `body` the eight cosines, then the eight sines.
    @inline(__always)
    func withBins<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        unsafe withUnsafePointer(to: self) { unsafe body(UnsafeRawPointer($0).assumingMemoryBound(to: Float.self)) }
    }

    /// Gives `body` the same to write to.
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
    /// Samples in a stretch, even, at most 80.
    let count: Int
    private let table: ConstantTable<Float>

    init(frequencies: [Double], count: Int) {
        precondition(frequencies.count == 8 && count % 2 == 0 && count <= Frame.window, "eight lanes, an even count")
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
                unsafe tonewall_correlate(samples, count, table.address, bins)
            }
        }
        return result
    }
}

/// Turns the bins of four hops to the phase of their window's centre and adds them.
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

    /// Bins of the window whose hops, oldest first, are `a`, `b`, `c`, `d`.
    @inline(__always)
    func combine(_ a: Correlation, _ b: Correlation, _ c: Correlation, _ d: Correlation) -> Correlation {
        Correlation(
            cosine: (d.cosine + a.cosine) * outerCosine - (d.sine - a.sine) * outerSine
                + ((c.cosine + b.cosine) * innerCosine - (c.sine - b.sine) * innerSine),
            sine: (d.sine + a.sine) * outerCosine + (d.cosine - a.cosine) * outerSine
                + ((c.sine + b.sine) * innerCosine + (c.cosine - b.cosine) * innerSine))
    }
}

/// What the banks of ``SlidingBank`` share.
struct SlidingTables: Sendable {
    fileprivate let bank: CorrelationBank
    fileprivate let rotation: WindowRotation

    init(frequencies: [Double]) {
        bank = CorrelationBank(frequencies: frequencies, count: Frame.hop)
        rotation = WindowRotation(frequencies: frequencies)
    }
}

/// The bins of consecutive windows, a hop apart, each from the bins of its four hops.
struct SlidingBank: Sendable {
    private let tables: SlidingTables
    private var hops: (Correlation, Correlation, Correlation, Correlation) = (.init(), .init(), .init(), .init())
    /// Hop after the newest one taken.
    private var endHop = 0

    init(_ tables: SlidingTables) { self.tables = tables }

    /// Bins of the window that ends with hop `endHop` (exclusive).
    @inline(__always)
    mutating func window(endingAt endHop: Int, in history: borrowing SampleHistory) -> Correlation {
        let missing = min(endHop - self.endHop, Frame.hopsPerWindow)
        self.endHop = endHop
        for hop in endHop - missing..<endHop {
            hops = (hops.1, hops.2, hops.3, tables.bank.correlate(history, at: hop * Frame.hop))
        }
        return tables.rotation.combine(hops.0, hops.1, hops.2, hops.3)
    }
}

extension SIMD8<Float> {
    /// `function` of each frequency's phase `samples` samples from the centre.
    fileprivate init(_ frequencies: [Double], at samples: Double, _ function: (Double) -> Double) {
        self.init()
        for lane in 0..<8 { self[lane] = Float(function(2 * .pi * frequencies[lane] / Frame.rate * samples)) }
    }
}
