/// The format of a stream of samples: rate, channels and sample encoding.
package struct AudioFormat: Sendable, Hashable {
    /// Frames a second.
    package var sampleRate: Int
    /// Number of samples in a frame, interleaved.
    package var channels: Int
    package var encoding: SampleEncoding

    /// Sample rates that a header may state, in Hz.
    package static let sampleRates = 1_000...768_000
    /// Numbers of channels that a header may state.
    package static let channelCounts = 1...256

    package init(sampleRate: Int, channels: Int, encoding: SampleEncoding) {
        self.sampleRate = sampleRate
        self.channels = channels
        self.encoding = encoding
    }

    /// Bytes of one frame.
    package var bytesPerFrame: Int { channels * encoding.bytesPerSample }

    /// The reason in words why the format is impossible; `nil` if it is possible.
    package var flaw: String? {
        if !AudioFormat.channelCounts.contains(channels) { return "it claims \(channels) channels" }
        if !AudioFormat.sampleRates.contains(sampleRate) { return "it claims a rate of \(sampleRate) Hz" }
        return nil
    }
}
