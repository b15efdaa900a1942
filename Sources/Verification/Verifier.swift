/// Why a recording cannot be verified.
package enum VerificationError: Error, Sendable, Hashable {
    /// The sample rate in Hz is outside 4,000…768,000. A rate below 4 kHz cannot carry the high tones.
    case sampleRate(Double)
    /// The number of channels is outside 1…64.
    case channels(Int)
}

/// Finds key presses that remain in a recording.
///
/// It analyses short-time spectra, which FFTW computes in two windows: 10 ms for fragments and 25 ms for whole presses.
/// Its frequencies, thresholds and decisions are its own; see <doc:Sensitivity>. Memory does not grow with the
/// recording.
package struct Verifier: ~Copyable {
    /// Version of the findings. It changes if a recording may give different findings.
    package static let version = 4

    /// Lowest and highest sample rate in Hz.
    package static let sampleRates = 4000.0...768_000.0

    private let verifiers: [ChannelVerifier]
    private let spectra: VerifierSpectra
    private var plane: [Float] = []

    /// A verifier of interleaved audio with `channels` channels at `sampleRate` Hz.
    package init(sampleRate: Double, channels: Int) throws(VerificationError) {
        guard Self.sampleRates.contains(sampleRate) else { throw .sampleRate(sampleRate) }
        guard (1...64).contains(channels) else { throw .channels(channels) }
        let spectra = VerifierSpectra(sampleRate: sampleRate)
        self.spectra = spectra
        verifiers = (0..<channels).map { ChannelVerifier(channel: $0, spectra: spectra) }
    }

    /// Number of frames taken so far.
    package var frames: Int { verifiers[0].frames }

    /// Takes whole interleaved frames. Reports findings once they are over, in order of time for each channel.
    package mutating func process(_ samples: Span<Float>, _ report: (Finding) -> Void) {
        let channels = verifiers.count
        let frames = samples.count / channels
        for channel in 0..<channels {
            if channels == 1 {
                verifiers[0].process(samples, spectra, report)
                continue
            }
            plane.removeAll(keepingCapacity: true)
            plane.reserveCapacity(frames)
            var at = channel
            for _ in 0..<frames {
                plane.append(samples[at])
                at += channels
            }
            verifiers[channel].process(plane.span, spectra, report)
        }
    }

    /// Ends the recording and reports the findings that are still open.
    package mutating func finish(_ report: (Finding) -> Void) {
        for channel in 0..<verifiers.count { verifiers[channel].finish(spectra, report) }
    }
}
