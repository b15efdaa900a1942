/// The transforms that all channels of a recording share.
final class ListenerSpectra {
    /// Distance between two looks in frames: 2.5 ms.
    let hop: Int
    /// 10 ms, padded to twice its length.
    let short: ShortTimeSpectrum
    let shortMeter: PairMeter
    /// 25 ms.
    let long: ShortTimeSpectrum
    let longMeter: PairMeter
    let sampleRate: Double
    var power: [Float]

    init(sampleRate: Double) {
        self.sampleRate = sampleRate
        hop = max(4, Int((0.0025 * sampleRate).rounded()))
        let shortLength = smoothSize(atLeast: Int(0.010 * sampleRate))
        short = ShortTimeSpectrum(
            sampleRate: sampleRate, length: shortLength, size: smoothSize(atLeast: 2 * shortLength))
        let longLength = smoothSize(atLeast: Int(0.025 * sampleRate))
        long = ShortTimeSpectrum(sampleRate: sampleRate, length: longLength, size: longLength)
        shortMeter = PairMeter(short)
        longMeter = PairMeter(long)
        power = [Float](repeating: 0, count: max(short.bins, long.bins))
    }
}

/// One channel's looks, hop by hop, and the two judges that hear them.
final class ChannelListener {
    private let channel: Int
    /// Frames given so far.
    private(set) var frames = 0
    /// Samples not yet left behind by the long window, with half a window of silence before the recording's first.
    private var samples: [Float]
    /// Where the next long window begins in ``samples``.
    private var next = 0
    private var hops = 0
    private var surroundings = Surroundings()
    private var steady: SteadyPairJudge
    private var presses: PressJudge
    private var bursts: BurstJudge

    init(channel: Int, spectra: ListenerSpectra) {
        self.channel = channel
        samples = [Float](repeating: 0, count: spectra.long.length / 2)
        steady = SteadyPairJudge(spectra)
        presses = PressJudge(channel: channel, spectra: spectra)
        bursts = BurstJudge(channel: channel, spectra: spectra)
    }

    func process(_ block: Span<Float>, _ spectra: ListenerSpectra, _ report: (Finding) -> Void) {
        frames += block.count
        append(block)
        look(spectra, report)
    }

    func finish(_ spectra: ListenerSpectra, _ report: (Finding) -> Void) {
        // Silence after the end, long enough for every judge to see what came before it.
        let hops = Surroundings.reach + BurstJudge.reach + 8
        let silence = [Float](repeating: 0, count: spectra.long.length + spectra.hop * hops)
        append(silence.span)
        look(spectra, report)
        let end = frames
        presses.finish(surroundings) { finding in bursts.cover(finding, clippedTo: end, report) }
        bursts.finish(clippedTo: end, report)
    }

    private func append(_ block: Span<Float>) {
        unsafe block.withUnsafeBufferPointer { unsafe samples.append(contentsOf: $0) }
    }

    private func look(_ spectra: ListenerSpectra, _ report: (Finding) -> Void) {
        // Both windows share their centre.
        let lead = (spectra.long.length - spectra.short.length) / 2
        let end = frames
        while next + spectra.long.length <= samples.count {
            let short = lookShort(at: next + lead, spectra)
            if hops % 2 == 0 {
                var long = PairFrame()
                var spectrum: ShortTimeSpectrum?
                if short.pair > 0 {
                    spectra.long.measure(samples.span, at: next, into: &spectra.power)
                    spectrum = spectra.long
                    if short.purity > PressJudge.worthALookOverTones { long = spectra.measureLong() }
                }
                if let pair = steady.hear(spectrum, hop: hops) { presses.hear(pair) }
                surroundings.hear(long, mayBeTonal: short.purity > PressJudge.worthALook)
                presses.hear(surroundings, steady) { finding in bursts.cover(finding, clippedTo: end, report) }
            }
            bursts.hear(short, hop: hops, surroundings)
            bursts.release(before: presses.openSince ?? hops, clippedTo: end, report)
            hops += 1
            next += spectra.hop
        }
        if next > 1 << 16 || next > samples.count / 2 {
            samples.removeFirst(min(next, samples.count))
            next = 0
        }
    }
}

extension ChannelListener {
    /// The 10 ms window at `start`; one too quiet to hold a tone is not transformed.
    private func lookShort(at start: Int, _ spectra: ListenerSpectra) -> PairFrame {
        let power = meanPower(from: start, count: spectra.short.length)
        // An infinite or missing number fails the comparison and goes on to the spectrum, which nothing is found in.
        if power < Self.quiet {
            var frame = PairFrame()
            frame.total = power * spectra.totalOfUnitPower
            return frame
        }
        let samples = samples
        spectra.short.measure(samples.span, at: start, into: &spectra.power)
        return spectra.measureShort()
    }

    /// Mean square below which no tone of -50 dBm0 can be in the window: 4 dB less than an 8 ms rest of one leaves.
    private static let quiet: Float = 1e-6

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

extension ListenerSpectra {
    /// What a short spectrum's bins add up to for a mean square of 1: a sine of peak value A has A²/2 and gives 1.5 A²
    /// times the padding.
    var totalOfUnitPower: Float { 3 * Float(short.size) / Float(short.length) }

    func measureShort() -> PairFrame {
        unsafe power.withUnsafeBufferPointer { unsafe shortMeter.measure($0.baseAddress!) }
    }

    func measureLong() -> PairFrame {
        unsafe power.withUnsafeBufferPointer { unsafe longMeter.measure($0.baseAddress!) }
    }
}
