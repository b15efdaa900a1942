import Glibc

/// The strongest tone of a band in one frame.
struct BandTone: Sendable {
    /// Frequency in Hz, from the strongest bin and its louder neighbour.
    var hz: Float = 0
    /// Peak value of the tone.
    var amplitude: Float = 0
    /// Share of the tone in the energy of the band. It slightly exceeds 1 if the band holds no noise.
    var purity: Float = 0
}

/// A stretch of audio as overlapping frames. Each holds the strongest tone below and above 1,050 Hz.
///
/// The frames are independent of the keypad, because a tape that runs too fast shifts every tone. Frames are 20 ms long
/// and 5 ms apart. Their Hann window separates a tone from speech and line tones 100 Hz away.
struct ToneFrames: Sendable {
    /// Samples in a frame (20 ms), and samples from one frame to the next (5 ms).
    static let length = 160
    static let hop = 40
    /// Seconds from one frame to the next, and from a frame's beginning to its centre.
    static let step = Double(hop) / Frame.rate
    static let centre = Double(length) / Frame.rate / 2
    /// Hz from one bin to the next, and number of bins below the first one that is kept.
    static let binWidth = Frame.rate / Double(length)
    static let firstBin = 11
    /// Number of bins kept: 550 Hz and above.
    static let bins = 32

    private(set) var low: [BandTone] = []
    private(set) var high: [BandTone] = []
    /// Energy of each frame under the window, without DC.
    private(set) var energies: [Float] = []
    private var cosines: [SIMD32<Float>] = []
    private var sines: [SIMD32<Float>] = []

    var count: Int { energies.count }

    init(_ samples: [Float]) {
        let count = samples.count < Self.length ? 0 : (samples.count - Self.length) / Self.hop + 1
        for index in 0..<count {
            let bins = Self.tables.transform(samples, at: index * Self.hop)
            let power = bins.cosines * bins.cosines + bins.sines * bins.sines
            cosines.append(bins.cosines)
            sines.append(bins.sines)
            energies.append(Self.tables.energy(samples, at: index * Self.hop))
            low.append(Band.low.tone(in: power))
            high.append(Band.high.tone(in: power))
        }
    }

    /// Energy under the window of a tone of this amplitude.
    static func energy(ofAmplitude amplitude: Float) -> Float { amplitude * amplitude / 2 * tables.windowEnergy }

    /// Phasors at `hz` in `frames`. Their phase is constant while a tone of exactly `hz` continues.
    func phasors(at hz: Double, in frames: Range<Int>) -> [Complex] {
        let bin = min(max(Int((hz / Self.binWidth).rounded()) - Self.firstBin, 0), Self.bins - 1)
        let turn = Complex(angle: -2 * .pi * hz * Self.step)
        var reference = Complex(angle: -2 * .pi * (hz * Self.step * Double(frames.lowerBound)).remainder(dividingBy: 1))
        return frames.map { index in
            let phasor = Complex(Double(cosines[index][bin]), -Double(sines[index][bin])) * reference
            reference = reference * turn
            return phasor
        }
    }

    /// Peak value of the tone with this phasor.
    static func amplitude(_ phasor: Complex) -> Double { 2 * phasor.magnitude / Double(tables.windowSum) }
}

/// One of the two bands, each of which holds one tone of a key.
private struct Band {
    /// Bins whose energy is counted, and bins in which the tone may lie.
    let counted: Range<Int>
    let searched: Range<Int>

    /// 550–1,050 Hz. The tone lies at 650 to 1,000 Hz, which covers keys up to 6 % off.
    static let low = Band(counted: bins(550, 1050), searched: bins(650, 1000))
    /// 1,100–1,800 Hz. The tone lies at 1,150 to 1,750 Hz.
    static let high = Band(counted: bins(1100, 1800), searched: bins(1150, 1750))

    private static func bins(_ from: Double, _ to: Double) -> Range<Int> {
        func bin(_ hz: Double) -> Int { Int(hz / ToneFrames.binWidth) - ToneFrames.firstBin }
        return bin(from)..<bin(to) + 1
    }

    func tone(in power: SIMD32<Float>) -> BandTone {
        var strongest = searched.lowerBound
        for bin in searched where power[bin] > power[strongest] { strongest = bin }
        guard power[strongest] > 0 else { return BandTone() }
        let below = power[max(strongest - 1, 0)]
        let above = power[strongest + 1]
        let ratio = (max(below, above) / power[strongest]).squareRoot()
        // For a tone `place` bins from a bin's centre, the Hann window gives the bins in this ratio.
        let place = min(max((2 * ratio - 1) / (ratio + 1), -0.5), 0.5)
        let angle = Float.pi * place
        let kept = abs(place) < 1e-4 ? 1 : sinf(angle) / angle / (1 - place * place)
        let amplitude = 2 * power[strongest].squareRoot() / (ToneFrames.tables.windowSum * kept)
        var energy: Float = 0
        for bin in counted { energy += power[bin] }
        energy *= 2 / Float(ToneFrames.length)
        let bin = Float(strongest + ToneFrames.firstBin) + (above > below ? place : -place)
        return BandTone(
            hz: bin * Float(ToneFrames.binWidth), amplitude: amplitude,
            purity: ToneFrames.energy(ofAmplitude: amplitude) / max(energy, .leastNormalMagnitude))
    }
}

extension ToneFrames {
    fileprivate static let tables = Tables()

    /// The window and the bins, folded about the frame's centre. Cosines are even, sines odd.
    fileprivate struct Tables: Sendable {
        let window: [Float]
        let windowSum: Float
        let windowEnergy: Float
        private let cosines: [SIMD8<Float>]
        private let sines: [SIMD8<Float>]

        init() {
            let half = ToneFrames.length / 2
            let window = (0..<half).map { 0.5 + 0.5 * cos(.pi * (Double($0) + 0.5) / Double(half)) }
            var cosines: [SIMD8<Float>] = []
            var sines: [SIMD8<Float>] = []
            for group in 0..<ToneFrames.bins / 8 {
                for (index, weight) in window.enumerated() {
                    var (cosine, sine) = (SIMD8<Float>(), SIMD8<Float>())
                    for lane in 0..<8 {
                        let hz = Double(ToneFrames.firstBin + 8 * group + lane) * ToneFrames.binWidth
                        let phase = 2 * .pi * hz / Frame.rate * (Double(index) + 0.5)
                        cosine[lane] = Float(weight * cos(phase))
                        sine[lane] = Float(weight * sin(phase))
                    }
                    cosines.append(cosine)
                    sines.append(sine)
                }
            }
            self.window = window.map(Float.init)
            (self.cosines, self.sines) = (cosines, sines)
            windowSum = 2 * self.window.reduce(0, +)
            windowEnergy = 2 * self.window.reduce(0) { $0 + $1 * $1 }
        }

        /// The bins of the frame that begins with sample `first`.
        func transform(_ samples: [Float], at first: Int) -> (cosines: SIMD32<Float>, sines: SIMD32<Float>) {
            let half = window.count
            var result = (cosines: SIMD32<Float>(), sines: SIMD32<Float>())
            for group in 0..<ToneFrames.bins / 8 {
                var (even, odd) = (SIMD8<Float>(), SIMD8<Float>())
                for index in 0..<half {
                    let (after, before) = (samples[first + half + index], samples[first + half - 1 - index])
                    even += (after + before) * cosines[group * half + index]
                    odd += (after - before) * sines[group * half + index]
                }
                for lane in 0..<8 {
                    result.cosines[8 * group + lane] = even[lane]
                    result.sines[8 * group + lane] = odd[lane]
                }
            }
            return result
        }

        func energy(_ samples: [Float], at first: Int) -> Float {
            let half = window.count
            var mean: Float = 0
            for index in first..<first + 2 * half { mean += samples[index] }
            mean /= Float(2 * half)
            var energy: Float = 0
            for index in 0..<half {
                let after = window[index] * (samples[first + half + index] - mean)
                let before = window[index] * (samples[first + half - 1 - index] - mean)
                energy += after * after + before * before
            }
            return energy
        }
    }
}
