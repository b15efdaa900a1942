/// A detector event and the channel in which it occurred.
public struct ChannelEvent: Sendable, Hashable {
    /// Channel, counted from 0.
    public var channel: Int
    public var event: DetectorEvent

    public init(channel: Int, event: DetectorEvent) { (self.channel, self.event) = (channel, event) }

    /// The sample that puts the events of several channels in order: the onset of a press that was decided, or the end
    /// of one that is over.
    public var sample: Int {
        switch event {
        case .decided(_, let onset): onset
        case .ended(let press): press.end
        }
    }
}

extension Sequence<ChannelEvent> {
    /// The presses that ended, for each of `channels` channels.
    public func presses(channels: Int) -> [[KeyPress]] {
        reduce(into: Array(repeating: [], count: channels)) { presses, heard in
            if case .ended(let press) = heard.event { presses[heard.channel].append(press) }
        }
    }
}

/// Receivers for every channel of interleaved audio, one detector each.
public struct KeyListener: Sendable {
    private var detectors: [Detector]
    private var channel: [Float] = []

    /// Listeners for `channels` channels at `sampleRate` (4,000 to 768,000 Hz).
    public init(sampleRate: Double, channels: Int, profile: DetectorProfile = .q24) {
        detectors = (0..<channels).map { _ in Detector(sampleRate: sampleRate, profile: profile) }
    }

    /// Takes whole interleaved frames. Returns the events in them, in order of time across channels.
    public mutating func process(_ frames: Span<Float>) -> [ChannelEvent] {
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
        }
        return events
    }

    /// Ends the audio. Returns the events of presses that were still open.
    public mutating func finish() -> [ChannelEvent] {
        for index in detectors.indices { detectors[index].finish() }
        return events
    }

    private var events: [ChannelEvent] {
        let all = detectors.indices.flatMap { index in
            detectors[index].events.map { ChannelEvent(channel: index, event: $0) }
        }
        return all.sorted { $0.sample < $1.sample }
    }
}
