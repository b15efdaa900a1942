/// A recording that cannot be judged.
public enum VerificationError: Error, Sendable, Hashable {
    /// The sample rate does not carry the high group (it needs 4 kHz or more), or is absurd.
    case sampleRate(Double)
    /// The number of channels is not 1…64.
    case channels(Int)
}

/// A listener that finds what is left of key presses in a recording.
///
/// It looks at short-time spectra made by FFTW in two windows: 10 ms for short rests and 25 ms for whole presses. It has
/// frequencies, thresholds and decisions of its own; see <doc:Sensitivity>. Memory does not grow with the recording.
public struct Verifier: ~Copyable {
    /// Changes when equal recordings may give other findings than before.
    public static let version = 3

    /// Lowest and highest sample rate in Hz that can be judged.
    public static let sampleRates = 4000.0...768_000.0

    private let listeners: [ChannelListener]
    private let spectra: ListenerSpectra
    private var plane: [Float] = []

    /// A verifier of interleaved audio with `channels` channels at `sampleRate` Hz.
    public init(sampleRate: Double, channels: Int) throws(VerificationError) {
        guard Self.sampleRates.contains(sampleRate) else { throw .sampleRate(sampleRate) }
        guard (1...64).contains(channels) else { throw .channels(channels) }
        let spectra = ListenerSpectra(sampleRate: sampleRate)
        self.spectra = spectra
        listeners = (0..<channels).map { ChannelListener(channel: $0, spectra: spectra) }
    }

    /// Frames given so far.
    public var frames: Int { listeners[0].frames }

    /// Listens to whole interleaved frames; findings are told once they are over, each channel's in order of time.
    public mutating func process(_ samples: Span<Float>, _ report: (Finding) -> Void) {
        let channels = listeners.count
        let frames = samples.count / channels
        for channel in 0..<channels {
            if channels == 1 {
                listeners[0].process(samples, spectra, report)
                continue
            }
            plane.removeAll(keepingCapacity: true)
            plane.reserveCapacity(frames)
            var at = channel
            for _ in 0..<frames {
                plane.append(samples[at])
                at += channels
            }
            listeners[channel].process(plane.span, spectra, report)
        }
    }

    /// Tells what was still open at the end of the recording.
    public mutating func finish(_ report: (Finding) -> Void) {
        for channel in 0..<listeners.count { listeners[channel].finish(spectra, report) }
    }
}
