/// The measurements of a segment, for each of its tones.
struct PressEvidence: Sendable {
    /// The measurements of one tone.
    struct Tone: Sendable {
        /// Mean share of the tone in its band's energy.
        var purity = 0.0
        /// Frequency error as a fraction of nominal, beyond the common error of the recording.
        var error = 0.0
        /// Agreement of the phase advances over 5 ms and over 20 ms, 0…1; 0 if the press is too short.
        var coherence = 0.0
        var farCoherence = 0.0
        /// Standard deviation of the level in dB, and of the frequency as a fraction of nominal.
        var levelDeviation = 0.0
        var jitter = 0.0
        /// Median peak value.
        var amplitude = 0.0
    }

    let key: Key
    /// Beginning and end in seconds, where the level crosses half the amplitude.
    var start: Double
    var end: Double
    /// Level of the pair in its loudest quarter, in dB relative to full scale.
    let level: Double
    let low: Tone
    let high: Tone
    /// Share of the pair in the energy of the whole band, 0…1.
    let share: Double
    /// Number of frames.
    let frameCount: Int

    var duration: Double { end - start }
    /// Level of the high tone minus the low one in dB.
    var twist: Double { Decibel.ofPower(high.amplitude * high.amplitude / (low.amplitude * low.amplitude)) }
    /// Power of the pair relative to the rest of the band, in dB.
    var signalToNoise: Double { Decibel.ofPower(share / max(1 - share, .leastNormalMagnitude)) }
    /// Median level of the stronger tone in dB relative to full scale.
    var strongerLevel: Double { Decibel.ofPower(max(low.amplitude * low.amplitude, high.amplitude * high.amplitude)) }
    var purity: Double { min(low.purity, high.purity) }
    var coherence: Double { min(low.coherence, high.coherence) }
    var farCoherence: Double { min(low.farCoherence, high.farCoherence) }
    var frequencyError: Double { max(abs(low.error), abs(high.error)) }
    var levelDeviation: Double { max(low.levelDeviation, high.levelDeviation) }
    var jitter: Double { max(low.jitter, high.jitter) }

    /// Largest distance in dB below the loudest quarter of a frame that shows the press itself.
    private static let core = 4.0
    /// One frame in this many belongs to the loudest ones.
    private static let loudest = 4
    /// Frames over which ``Tone/farCoherence`` is taken: 20 ms, so that the frames share no sample.
    private static let far = 4

    init(_ segment: PressSegment, in frames: ToneFrames, speedError: Double) {
        key = segment.key
        let indices = segment.frames
        let levels = indices.map { index in
            Decibel.ofPower(
                Double(frames.low[index].amplitude * frames.low[index].amplitude)
                    + Double(frames.high[index].amplitude * frames.high[index].amplitude))
        }
        let loud = levels.sorted().suffix(max(1, levels.count / Self.loudest))
        let level = loud.reduce(0, +) / Double(loud.count)
        var core = zip(indices, levels).filter { $1 > level - Self.core }.map(\.0)
        if core.count < 2 { core = indices }
        let range = segment.range
        let lowHz = segment.key.lowHz * (1 + speedError)
        let highHz = segment.key.highHz * (1 + speedError)
        low = Self.tone(frames.low, core, frames.phasors(at: lowHz, in: range), from: range.lowerBound, lowHz)
        high = Self.tone(frames.high, core, frames.phasors(at: highHz, in: range), from: range.lowerBound, highHz)
        share = Self.mean(
            core.map { index in
                let pair =
                    ToneFrames.energy(ofAmplitude: frames.low[index].amplitude)
                    + ToneFrames.energy(ofAmplitude: frames.high[index].amplitude)
                return min(1, Double(pair / max(frames.energies[index], .leastNormalMagnitude)))
            })
        self.level = level
        frameCount = indices.count
        (start, end) = PressEdges(frames: frames, lowHz: lowHz, highHz: highHz).times(of: range)
    }

    /// Measures a tone of `hz` in the frames `core`. `phasors` belong to all frames from `first` on.
    private static func tone(
        _ tones: [BandTone], _ core: [Int], _ phasors: [Complex], from first: Int, _ hz: Double
    ) -> Tone {
        var isCore = [Bool](repeating: false, count: phasors.count)
        for index in core { isCore[index - first] = true }
        func advance(over lag: Int) -> (sum: Complex, weight: Double) {
            var (sum, weight) = (Complex(), 0.0)
            guard phasors.count > lag else { return (sum, weight) }
            for index in lag..<phasors.count where isCore[index] && isCore[index - lag] {
                let product = phasors[index] * phasors[index - lag].conjugate
                sum += product
                weight += product.magnitude
            }
            return (sum, weight)
        }
        func hertz(_ angle: Double, over lag: Int) -> Double { angle / (2 * .pi * Double(lag) * ToneFrames.step) }
        let (near, far) = (advance(over: 1), advance(over: Self.far))
        var error = hertz(near.sum.angle, over: 1)
        if far.weight > 0 {
            // The longer advance is more accurate, but ambiguous by 50 Hz.
            let cycle = 1 / (Double(Self.far) * ToneFrames.step)
            let fine = hertz(far.sum.angle, over: Self.far)
            error = fine + cycle * ((error - fine) / cycle).rounded()
        }
        let amplitudes = core.map { Double(tones[$0].amplitude) }
        return Tone(
            purity: mean(core.map { Double(tones[$0].purity) }), error: error / hz,
            coherence: near.weight > 0 ? near.sum.magnitude / near.weight : 0,
            farCoherence: far.weight > 0 ? far.sum.magnitude / far.weight : 0,
            levelDeviation: deviation(amplitudes.map { Decibel.ofPower($0 * $0) }),
            jitter: deviation(core.map { Double(tones[$0].hz) / hz }),
            amplitude: amplitudes.sorted()[amplitudes.count / 2])
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    private static func deviation(_ values: [Double]) -> Double {
        let mean = mean(values)
        return Self.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
    }
}

/// Beginning and end of a press. The middle of a frame is at the edge where the level is half the amplitude.
struct PressEdges: Sendable {
    let frames: ToneFrames
    let lowHz: Double
    let highHz: Double

    /// Half the amplitude in dB.
    private static let half = 6.0
    /// Frames beyond the segment that may hold the edge (15 ms), and frames within it that show the level there (50
    /// ms).
    private static let reach = 3
    private static let plateau = 10

    /// Beginning and end, in seconds, of the press in `range`.
    func times(of range: Range<Int>) -> (start: Double, end: Double) {
        let about = max(0, range.lowerBound - Self.reach)..<min(frames.count, range.upperBound + Self.reach)
        let levels = zip(frames.phasors(at: lowHz, in: about), frames.phasors(at: highHz, in: about))
            .map { Decibel.ofPower($0.power + $1.power + .leastNormalMagnitude) }
        let count = min(Self.plateau, range.count) + Self.reach
        let before = Self.crossing(Array(levels.prefix(count)))
        let after = Self.crossing(levels.suffix(count).reversed())
        let start = Double(about.lowerBound) + before
        let end = Double(about.upperBound - 1) - after
        // A press that covers the first or the last frame began earlier or ends later.
        return (
            start < 0 ? 0 : start * ToneFrames.step + ToneFrames.centre,
            end * ToneFrames.step + ToneFrames.centre
        )
    }

    /// Where the level first exceeds half of its peak, in frames from the first; −1 if it does so in the first frame.
    private static func crossing(_ levels: [Double]) -> Double {
        let least = (levels.max() ?? 0) - half
        guard let index = levels.firstIndex(where: { $0 >= least }), index > 0 else { return -1 }
        return Double(index) - (levels[index] - least) / (levels[index] - levels[index - 1])
    }
}
