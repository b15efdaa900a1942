internal import Glibc

/// A sinusoid that one window of half a second holds.
struct SteadyTone {
    /// Frequency in radians a sample.
    var frequency: Double
    /// Amplitude and phase in the middle of the window.
    var phasor: SIMD2<Double>
    /// Number of windows before and after this one, up to two, that hold the same tone without a gap.
    var before = 0
    var after = 0

    /// Squared peak value.
    var power: Double { (phasor * phasor).sum() }
    /// Whether it lasts for a second: three windows that overlap by half.
    var isSteady: Bool { before + after >= 2 }

    /// The tone at `offset` samples from the middle of its window.
    func phasor(at offset: Int) -> SIMD2<Double> { Self.product(phasor, Self.turn(frequency * Double(offset))) }

    static func turn(_ angle: Double) -> SIMD2<Double> { SIMD2(cos(angle), sin(angle)) }

    static func product(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> SIMD2<Double> {
        SIMD2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x)
    }
}

/// Finds the sinusoids of windows of half a second.
struct SteadyToneFinder {
    /// Length of a window in seconds. Tones 12 Hz apart are distinct; a key lasts for a fraction of it.
    private static let length = 0.5
    /// Band of the tones in Hz: from mains hum to the end of a telephone line's band.
    private static let bandHz = 40.0...3800.0
    /// Least share of a tone in the power of its window, and least squared peak value (−65 dBm0).
    ///
    /// Weaker tones leave a pair above the tone ratio of a press.
    private static let minimumShare: Float = 0.02
    private static let minimumPower: Float = 1.5e-7
    /// Largest number of tones in a window: a telephone's two, two of a held key, and hum with its harmonics.
    private static let most = 8
    /// Parts of a window. One that is much quieter than the window holds no tone of its share.
    private static let parts = 16

    let spectrum: ShortTimeSpectrum
    private let binWidth: Double
    private let sampleRate: Double
    private let bins: Range<Int>
    private var power: [Float]

    init(sampleRate: Double) {
        let length = smoothSize(atLeast: Int(Self.length * sampleRate / 2)) * 2
        spectrum = ShortTimeSpectrum(sampleRate: sampleRate, length: length, size: length)
        self.sampleRate = sampleRate
        binWidth = spectrum.binWidth
        bins = Int(Self.bandHz.lowerBound / binWidth)..<min(Int(Self.bandHz.upperBound / binWidth), spectrum.bins - 3)
        power = [Float](repeating: 0, count: spectrum.bins)
    }

    /// The tones of the window of `samples` that begins at `start`, strongest first.
    mutating func tones(_ samples: Span<Float>, at start: Int) -> [SteadyTone] {
        let (mean, least) = levels(samples, start)
        // An infinite or NaN power fails the first comparison.
        guard mean < .infinity, 2 * least > Self.minimumPower, least > 0.5 * Self.minimumShare * mean else { return [] }
        spectrum.measure(samples, at: start, into: &power)
        let limit = max(Self.minimumPower, 2 * Self.minimumShare * mean)
        var peaks = bins.filter { bin in
            power[bin] > limit && power[bin] >= power[bin - 1] && power[bin] > power[bin + 1]
                && power[bin] > power[bin - 2] && power[bin] > power[bin + 2]
        }
        peaks.sort { power[$0] > power[$1] }
        return peaks.prefix(Self.most).map { tone(at: $0, samples, start) }
    }

    /// Mean square of the window, and of its quietest part.
    private func levels(_ samples: Span<Float>, _ start: Int) -> (mean: Float, least: Float) {
        let size = spectrum.length / Self.parts
        var (total, least) = (Float(0), Float.infinity)
        for part in 0..<Self.parts {
            var sum: Float = 0
            for index in start + part * size..<start + (part + 1) * size { sum += samples[index] * samples[index] }
            total += sum
            least = min(least, sum)
        }
        return (total / Float(size * Self.parts), least / Float(size))
    }

    /// The tone near `bin`: its frequency by the ratio of two bins (Grandke 1983), its phasor by projection.
    private func tone(at bin: Int, _ samples: Span<Float>, _ start: Int) -> SteadyTone {
        let (before, at, after) = (power[bin - 1], power[bin], power[bin + 1])
        let ratio = Double((max(before, after) / at).squareRoot())
        let distance = (2 * ratio - 1) / (ratio + 1)
        let frequency = 2 * Double.pi * (Double(bin) + (after > before ? distance : -distance)) / Double(spectrum.size)
        var sum = SIMD2<Double>.zero
        let middle = Double(spectrum.length) / 2
        var turn = SteadyTone.turn(frequency * middle)
        let back = SteadyTone.turn(-frequency)
        spectrum.withWindow { window in
            for index in 0..<spectrum.length {
                sum += Double(samples[start + index] * window[index]) * turn
                turn = SteadyTone.product(turn, back)
            }
        }
        // The window's sum is 2: a sinusoid of peak value A gives A.
        return SteadyTone(frequency: frequency, phasor: sum)
    }
}
