/// The verifier of one channel: measures frames hop by hop and gives them to the detectors.
final class ChannelVerifier {
    /// Mean square (-50 dBm0) below which there is no speech that could hide a key.
    private static let quiet: Float = 2.4e-6
    /// Number of processed samples at which the buffer is cut.
    private static let largestBacklog = 1 << 16

    private let channel: Int
    /// Frames given so far.
    private(set) var frames = 0
    private var filter: SteadyToneFilter
    /// Samples that a long window still needs. Half a window of silence precedes the first sample.
    private var samples: [Float]
    /// Where the next long window begins in ``samples``.
    private var next = 0
    private var hops = 0
    private var context = ToneContext()
    private var coherent: CoherentPairDetector
    private var presses: PressDetector
    private var weakPresses = WeakPressFinder()
    private var series: PressSeries
    private var fragments: FragmentDetector

    init(channel: Int, spectra: VerifierSpectra) {
        self.channel = channel
        filter = SteadyToneFilter(sampleRate: spectra.sampleRate)
        samples = [Float](repeating: 0, count: spectra.long.length / 2)
        coherent = CoherentPairDetector(spectra)
        presses = PressDetector(channel: channel, spectra: spectra)
        series = PressSeries(channel: channel, spectra: spectra)
        fragments = FragmentDetector(channel: channel, spectra: spectra)
    }

    /// Takes the next samples of the channel.
    func process(_ block: Span<Float>, _ spectra: VerifierSpectra, _ report: (Finding) -> Void) {
        frames += block.count
        filter.process(block, into: &samples)
        analyse(spectra, report)
    }

    /// Reports the findings that are open at the end of the recording.
    func finish(_ spectra: VerifierSpectra, _ report: (Finding) -> Void) {
        // Silence follows the end, so that every detector decides about the last samples.
        let hops = ToneContext.reach + FragmentDetector.reach + 8
        let silence = [Float](repeating: 0, count: spectra.long.length + spectra.hop * hops)
        filter.finish(into: &samples)
        samples.append(contentsOf: silence)
        analyse(spectra, report)
        let end = frames
        presses.finish(context) { outcome in take(outcome) }
        if let press = weakPresses.end() { series.add(press) }
        series.finish(hops: end / spectra.hop) { fragments.cover($0) }
        fragments.finish(clippedTo: end, report)
    }

    /// Measures every complete window and passes it to the detectors.
    private func analyse(_ spectra: VerifierSpectra, _ report: (Finding) -> Void) {
        // Both windows share their centre.
        let lead = (spectra.long.length - spectra.short.length) / 2
        let end = frames
        while next + spectra.long.length <= samples.count {
            let short = measureShort(at: next + lead, spectra)
            if hops % 2 == 0 { analyseLong(around: short, spectra) }
            fragments.process(short, hop: hops, context)
            let open = [presses.openSince, weakPresses.openSince, series.openSince].compactMap { $0 }.min()
            fragments.release(before: open ?? hops, clippedTo: end, report)
            hops += 1
            next += spectra.hop
        }
        if next > Self.largestBacklog || next > samples.count / 2 {
            samples.removeFirst(min(next, samples.count))
            next = 0
        }
    }

    /// Passes the long window around `short` to the detectors. It is transformed only if it may hold a pair.
    private func analyseLong(around short: PairFrame, _ spectra: VerifierSpectra) {
        var long = PairFrame()
        var spectrum: ShortTimeSpectrum?
        if short.pair > 0, short.total > spectra.totalOfUnitPower * Self.quiet || mayHoldQuietPair(short) {
            spectra.long.measure(samples.span, at: next, into: &spectra.power)
            spectrum = spectra.long
            if short.toneRatio > PressDetector.toneRatioWorthTransformOverTones { long = spectra.measureLong() }
        }
        if let pair = coherent.process(spectrum, hop: hops) { presses.process(pair) }
        context.process(long, mayBeTonal: short.toneRatio > PressDetector.toneRatioWorthTransform)
        presses.process(context) { outcome in take(outcome) }
        if let press = weakPresses.process(long, hop: hops) { series.add(press) }
        series.decide(at: hops) { fragments.cover($0) }
    }

    private func mayHoldQuietPair(_ short: PairFrame) -> Bool {
        short.toneRatio > PressDetector.toneRatioWorthTransform
    }

    private func take(_ outcome: PressDetector.Outcome) {
        switch outcome {
        case .press(let finding):
            series.mark(finding)
            fragments.cover(finding)
        case .doubtful(let press): series.add(press)
        }
    }

    /// The 10 ms window at `start`. A window too quiet to hold a tone is not transformed.
    private func measureShort(at start: Int, _ spectra: VerifierSpectra) -> PairFrame {
        let power = meanPower(from: start, count: spectra.short.length)
        // An infinite or NaN power fails this comparison. The spectrum then gives no finding.
        if power < Level.leastPower {
            var frame = PairFrame()
            frame.total = power * spectra.totalOfUnitPower
            return frame
        }
        let samples = samples
        spectra.short.measure(samples.span, at: start, into: &spectra.power)
        return spectra.measureShort()
    }

    private func meanPower(from start: Int, count: Int) -> Float {
        unsafe samples.withUnsafeBufferPointer { samples in
            var sums = SIMD4<Float>.zero
            for index in stride(from: start, to: start + count - 3, by: 4) {
                let four = unsafe SIMD4(samples[index], samples[index + 1], samples[index + 2], samples[index + 3])
                sums += four * four
            }
            return (sums[0] + sums[1] + sums[2] + sums[3]) / Float(count)
        }
    }
}
