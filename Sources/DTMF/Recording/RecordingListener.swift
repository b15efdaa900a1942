/// Every channel of a recording, each heard as a whole.
///
/// It reads what a detector of streams must leave out, since it may look ahead: see <doc:DTMF>. Presses are told when
/// the recording is over, or every five minutes: it keeps so much of each channel, 9.6 MB, and 15 MB while it decides.
public struct RecordingListener: Sendable {
    private var channels: [RecordedChannel]

    /// Listeners for `channels` channels at `sampleRate` (4,000 to 768,000 Hz).
    public init(sampleRate: Double, channels: Int) {
        precondition(sampleRate >= 4000 && sampleRate <= 768_000, "a sample rate from 4 to 768 kHz")
        self.channels = (0..<channels).map { _ in RecordedChannel(sampleRate: sampleRate) }
    }

    /// Listens to whole frames and gives what was decided of what came before, in the order of time across channels.
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

    /// What is left; the recording is over.
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

/// One channel of a recording, at 8 kHz, until enough of it is there.
private struct RecordedChannel: Sendable {
    private var resampler: Resampler?
    private let ratio: Double
    private var samples: [Float] = []
    /// Index at 8 kHz of the first sample that is kept.
    private var origin = 0
    private var presses: [KeyPress] = []

    /// Samples that are decided together at most, 5 minutes; and the last of them, 20 s, where they may be cut.
    private static let longest = 2_400_000
    private static let cutReach = 160_000
    /// Samples of quiet around a cut, 100 ms.
    private static let quiet = 800
    /// Seconds of silence that bring the last samples out of the resampler.
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

    /// The presses that were decided since it was asked last.
    mutating func takePresses() -> [KeyPress] {
        defer { presses = [] }
        return presses
    }

    /// Decides the first `count` samples and lets them go, overwritten.
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

    /// The middle of the quietest piece of the last samples: no press is cut there if there is any quiet.
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
