internal import Glibc

/// The power of a tone pair and of the rest of the sound in one window.
struct PairFrame {
    /// Power in the band (sum of bins; a sine of peak value A gives 1.5 A² times the padding).
    var total: Float = 0
    /// Power of the two strongest peaks, one in each group, with their main lobes.
    var pair: Float = 0
    /// Squared peak value of the low tone.
    var low: Float = 0
    /// Squared peak value of the high tone.
    var high: Float = 0
    /// Frequency of the low peak in Hz.
    var lowHz: Float = 0
    /// Frequency of the high peak in Hz.
    var highHz: Float = 0

    /// Share of the pair in the band's power, 0…1.
    var toneRatio: Float { total > 0 ? pair / total : 0 }
    /// Twist: level of the high tone minus the low one in dB.
    var twist: Float { 10 * log10f(max(high, 1e-15) / max(low, 1e-15)) }
    /// Level of the stronger tone in dBm0.
    var levelDBm0: Float { 10 * log10f(max(high, low, 1e-15)) + Float(Level.fullScaleSine) }
    /// The larger frequency error of the two peaks, as a fraction of nominal.
    var offset: Float {
        Float(max(abs(ToneGroup.low.offset(of: Double(lowHz))), abs(ToneGroup.high.offset(of: Double(highHz)))))
    }
}

/// Finds the two strongest peaks of a spectrum, one in each tone group, and compares them with the rest of the band.
struct PairMeter {
    /// Bands of a peak in Hz: the group and 7 % beyond it, so that a frequency error beyond the limit is still
    /// measured.
    private static let lowHz = 630.0...1010.0
    private static let highHz = 1120.0...1740.0
    /// The band of a telephone line in Hz, without hum and rumble.
    private static let bandHz = 200.0...3800.0

    private let binWidth: Float
    private let lowBins: Range<Int>
    private let highBins: Range<Int>
    private let band: Range<Int>
    /// Bins on either side of a peak that belong to it. The main lobe of a Hann window extends two bins without
    /// padding.
    private let lobe: Int
    private let padded: Bool

    init(_ transform: ShortTimeSpectrum) {
        let width = transform.binWidth
        func bins(_ hz: ClosedRange<Double>) -> Range<Int> {
            let last = min(Int(hz.upperBound / width), transform.bins - 3)
            return min(Int(hz.lowerBound / width), last)..<last + 1
        }
        binWidth = Float(width)
        lowBins = bins(Self.lowHz)
        highBins = bins(Self.highHz)
        band = bins(Self.bandHz)
        padded = transform.size >= 2 * transform.length
        lobe = 2 * transform.size / transform.length
    }

    /// The pair in `power`, the bins of one window.
    @inline(__always)
    func measure(_ power: UnsafePointer<Float>) -> PairFrame {
        var frame = PairFrame()
        let total = unsafe sum(power, band)
        let low = unsafe strongest(lowBins, power)
        let high = unsafe strongest(highBins, power)
        let lowTop = min(low + lobe, high - lobe - 1)
        var pair: Float = 0
        for bin in max(0, low - lobe)..<max(lowTop + 1, low) { unsafe pair += power[bin] }
        for bin in max(lowTop + 1, high - lobe)..<min(high + lobe + 1, band.upperBound) { unsafe pair += power[bin] }
        frame.total = total
        frame.pair = min(pair, total)
        let (lowShift, highShift) = unsafe (shift(of: low, power), shift(of: high, power))
        unsafe frame.low = power[low] * loss(at: lowShift)
        unsafe frame.high = power[high] * loss(at: highShift)
        frame.lowHz = (Float(low) + lowShift) * binWidth
        frame.highHz = (Float(high) + highShift) * binWidth
        return frame
    }

    /// The sum of `bins`, from four partial sums. A single sum would wait for each addition.
    @inline(__always)
    private func sum(_ power: UnsafePointer<Float>, _ bins: Range<Int>) -> Float {
        var (a, b, c, d): (Float, Float, Float, Float) = (0, 0, 0, 0)
        var bin = bins.lowerBound
        while bin + 3 < bins.upperBound {
            unsafe a += power[bin]
            unsafe b += power[bin + 1]
            unsafe c += power[bin + 2]
            unsafe d += power[bin + 3]
            bin += 4
        }
        while bin < bins.upperBound {
            unsafe a += power[bin]
            bin += 1
        }
        return (a + b) + (c + d)
    }

    @inline(__always)
    private func strongest(_ bins: Range<Int>, _ power: UnsafePointer<Float>) -> Int {
        var best = bins.lowerBound
        var value: Float = -1
        for bin in bins {
            let candidate = unsafe power[bin]
            if candidate > value {
                value = candidate
                best = bin
            }
        }
        return best
    }

    /// The factor that restores the power of a peak between two bins: up to 1.4 dB for a Hann window without padding.
    ///
    /// It is a series for ((1 − δ²) πδ / sin πδ)², accurate to 0.02 dB.
    @inline(__always)
    private func loss(at shift: Float) -> Float {
        if padded { return 1 }
        let square = shift * shift
        return 1 + 1.36 * square + 0.75 * square * square
    }

    /// The position of the peak between the bins, in bins.
    ///
    /// Without padding, the ratio of the two largest bins of a Hann-windowed sine gives it exactly (Grandke 1983). With
    /// padding, a parabola through the logarithms is as accurate and less sensitive to noise.
    @inline(__always)
    private func shift(of bin: Int, _ power: UnsafePointer<Float>) -> Float {
        let (before, at, after) = unsafe (power[bin - 1] + 1e-15, power[bin] + 1e-15, power[bin + 1] + 1e-15)
        let delta: Float
        if padded {
            let (a, b, c) = (log2f(before), log2f(at), log2f(after))
            delta = 0.5 * (a - c) / min(a - 2 * b + c, -1e-6)
        } else {
            let ratio = (max(before, after) / at).squareRoot()
            let distance = (2 * ratio - 1) / (ratio + 1)
            delta = after > before ? distance : -distance
        }
        return min(max(delta, -0.6), 0.6)
    }
}
