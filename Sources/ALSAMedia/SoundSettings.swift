package import Codecs

/// How a sound device is to run.
package struct SoundSettings: Sendable, Hashable {
    /// Frames a second.
    package var sampleRate: Int
    /// 16-bit integers or 32-bit floats.
    package var encoding: SampleEncoding
    /// Frames of one period: how much is moved at a time.
    package var periodFrames: Int
    /// Periods of the buffer; two are too few for a loop from capture to playback.
    package var periods: Int

    package init(sampleRate: Int, encoding: SampleEncoding = .signed16, periodFrames: Int, periods: Int = 4) {
        self.sampleRate = sampleRate
        self.encoding = encoding
        self.periodFrames = periodFrames
        self.periods = periods
    }

    /// In words, for a message.
    var words: String {
        "\(sampleRate) Hz, \(encoding.kind == .float ? "float" : "16 bits"), one or two channels"
    }
}
