/// A detector for each channel of interleaved audio.
public struct KeyListener: Sendable {
    private var detectors: [Detector]
    private var channel: [Float] = []

    /// Listeners for `channels` channels at `sampleRate` (8,000 to 48,000 Hz).
    public init(sampleRate: Double, channels: Int, profile: DetectorProfile = .q24) {
        detectors = (0..<channels).map { _ in Detector(sampleRate: sampleRate, profile: profile) }
    }

    /// Listens to whole frames; `report` is given the channel, counted from 0, and what was heard there.
    ///
    /// Within one call channel follows channel; a caller that wants the order of time across channels sorts by sample.
    public mutating func process(_ frames: Span<Float>, _ report: (Int, DetectorEvent) -> Void) {
        let count = detectors.count
        precondition(frames.count % count == 0, "blocks hold whole frames")
        for index in 0..<count {
            if count == 1 {
                detectors[index].process(frames)
            } else {
                channel.removeAll(keepingCapacity: true)
                for sample in stride(from: index, to: frames.count, by: count) { channel.append(frames[sample]) }
                detectors[index].process(channel)
            }
            for event in detectors[index].events { report(index, event) }
        }
    }

    /// Tells what was still open; the audio is over.
    public mutating func finish(_ report: (Int, DetectorEvent) -> Void) {
        for index in detectors.indices {
            detectors[index].finish()
            for event in detectors[index].events { report(index, event) }
        }
    }
}
