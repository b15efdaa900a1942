/// Receivers for the channels of a recording. Each channel is decoded as a whole.
///
/// It looks ahead, so it finds presses that a stream detector must leave out: see <doc:DTMF>. Presses are reported at
/// the end of the recording, or every five minutes. It keeps that much of each channel: 9.6 MB, and 15 MB while it
/// decides.
public struct RecordingListener: Sendable {
    private var channels: [RecordedChannel]

    /// Listeners for `channels` channels at `sampleRate` (4,000 to 768,000 Hz).
    public init(sampleRate: Double, channels: Int) {
        precondition(sampleRate >= 4000 && sampleRate <= 768_000, "a sample rate from 4 to 768 kHz")
        self.channels = (0..<channels).map { _ in RecordedChannel(sampleRate: sampleRate) }
    }

    /// Takes whole interleaved frames. Returns the events decided so far, in order of time across channels.
    public mutating func process(_ frames: Span<Float>) -> [ChannelEvent] {
        let count = channels.count
        precondition(frames.count % count == 0, "blocks hold whole frames")
        var presses: [(channel: Int, press: KeyPress)] = []
        for index in 0..<count {
            for sample in stride(from: index, to: frames.count, by: count) { channels[index].push(frames[sample]) }
            presses += channels[index].takePresses().map { (index, $0) }
        }
        return Self.events(of: presses)
    }

    /// Ends the recording. Returns the remaining events.
    public mutating func finish() -> [ChannelEvent] {
        var presses: [(channel: Int, press: KeyPress)] = []
        for index in channels.indices {
            channels[index].finish()
            presses += channels[index].takePresses().map { (index, $0) }
        }
        return Self.events(of: presses)
    }

    private static func events(of presses: [(channel: Int, press: KeyPress)]) -> [ChannelEvent] {
        presses.sorted { $0.press.start < $1.press.start }.flatMap { channel, press in
            [DetectorEvent.decided(press.key, onset: press.start), .ended(press)]
                .map { ChannelEvent(channel: channel, event: $0) }
        }
    }
}

/// One channel of a recording at 8 kHz, collected until there is enough of it.
private struct RecordedChannel: Sendable {
    private var resampler: Resampler?
    private let ratio: Double
    private var samples: [Float] = []
    /// Index at 8 kHz of the first sample that is kept.
    private var origin = 0
    private var presses: [KeyPress] = []

    /// Largest number of samples that are decided together: 5 minutes. A cut lies in the last 20 s of them.
    private static let longest = 2_400_000
    private static let cutReach = 160_000
    /// Samples of quiet around a cut, 100 ms.
    private static let quiet = 800
    /// Seconds of silence that push the last samples out of the resampler.
    private static let endSilence = 0.06

    init(sampleRate: Double) {
        ratio = sampleRate / Frame.rate
        resampler = sampleRate == Frame.rate ? nil : Resampler(from: sampleRate)
    }

    @inline(__always)
    mutating func push(_ sample: Float) {
        if resampler == nil {
            samples.append(sample)
        } else {
            resampler!.push(sample)
            while let sample = resampler!.next() { samples.append(sample) }
        }
        if samples.count >= Self.longest { decide(upTo: quietestCut()) }
    }

    mutating func finish() {
        if resampler != nil {
            for _ in 0..<Int(Self.endSilence * Frame.rate * ratio) { push(0) }
        }
        decide(upTo: samples.count)
    }

    /// The presses decided since the last call.
    mutating func takePresses() -> [KeyPress] {
        defer { presses = [] }
        return presses
    }

    /// Decides the first `count` samples, overwrites them and removes them.
    private mutating func decide(upTo count: Int) {
        let stretch = RecordedStretch(Array(samples[..<count]))
        func index(_ sample: Int) -> Int { max(0, Int((Double(sample + origin) * ratio).rounded())) }
        for var press in stretch.presses {
            (press.start, press.end) = (index(press.start), index(press.end))
            presses.append(press)
        }
        for index in 0..<count { samples[index] = 0 }
        samples.removeFirst(count)
        origin += count
    }

    /// The middle of the quietest piece of the last samples. No press is cut there if there is any quiet.
    private func quietestCut() -> Int {
        var (best, least) = (samples.count, Float.infinity)
        for first in stride(from: samples.count - Self.cutReach, to: samples.count - Self.quiet, by: Self.quiet / 2) {
            var energy: Float = 0
            for index in first..<first + Self.quiet { energy += samples[index] * samples[index] }
            if energy < least { (best, least) = (first + Self.quiet / 2, energy) }
        }
        return best
    }
}
