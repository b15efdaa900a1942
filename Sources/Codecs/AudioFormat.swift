/// The shape of a stream of samples: rate, channels and how a sample is written.
package struct AudioFormat: Sendable, Hashable {
    /// Frames a second.
    package var sampleRate: Int
    /// Samples a frame, interleaved.
    package var channels: Int
    package var encoding: SampleEncoding

    /// Rates that a header may claim, in Hz.
    package static let sampleRates = 1_000...768_000
    /// Channels that a header may claim.
    package static let channelCounts = 1...256

    package init(sampleRate: Int, channels: Int, encoding: SampleEncoding) {
        self.sampleRate = sampleRate
        self.channels = channels
        self.encoding = encoding
    }

    /// Bytes of one frame.
    package var bytesPerFrame: Int { channels * encoding.bytesPerSample }

    /// What makes the format impossible, in words; `nil` if nothing does.
    package var flaw: String? {
        if !AudioFormat.channelCounts.contains(channels) { return "it claims \(channels) channels" }
        if !AudioFormat.sampleRates.contains(sampleRate) { return "it claims a rate of \(sampleRate) Hz" }
        return nil
    }
}
