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
    private var presses: PressJudge
    private var bursts: BurstJudge

    init(channel: Int, spectra: ListenerSpectra) {
        self.channel = channel
        samples = [Float](repeating: 0, count: spectra.long.length / 2)
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
        let silence = [Float](repeating: 0, count: spectra.long.length + spectra.hop * (BurstJudge.reach + 8))
        append(silence.span)
        look(spectra, report)
        let end = frames
        presses.finish { finding in bursts.cover(finding, clippedTo: end, report) }
        bursts.finish(clippedTo: end, report)
    }

    private func append(_ block: Span<Float>) {
        samples.reserveCapacity(samples.count + block.count)
        for index in 0..<block.count { samples.append(block[index]) }
    }

    private func look(_ spectra: ListenerSpectra, _ report: (Finding) -> Void) {
        // Both windows share their centre.
        let lead = (spectra.long.length - spectra.short.length) / 2
        let end = frames
        while next + spectra.long.length <= samples.count {
            spectra.short.measure(samples.span, at: next + lead, into: &spectra.power)
            let short = spectra.measureShort()
            bursts.hear(short, hop: hops)
            if hops % 2 == 0 {
                var long = PairFrame()
                if short.purity > PressJudge.worthALook {
                    spectra.long.measure(samples.span, at: next, into: &spectra.power)
                    long = spectra.measureLong()
                }
                presses.hear(long, hop: hops) { finding in bursts.cover(finding, clippedTo: end, report) }
            }
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

extension ListenerSpectra {
    func measureShort() -> PairFrame {
        unsafe power.withUnsafeBufferPointer { unsafe shortMeter.measure($0.baseAddress!) }
    }

    func measureLong() -> PairFrame {
        unsafe power.withUnsafeBufferPointer { unsafe longMeter.measure($0.baseAddress!) }
    }
}
