package import Codecs

/// The settings of a sound device.
package struct SoundSettings: Sendable, Hashable {
    /// Frames a second.
    package var sampleRate: Int
    /// 16-bit integers or 32-bit floats.
    package var encoding: SampleEncoding
    /// Number of frames in one period, which is the unit of transfers.
    package var periodFrames: Int
    /// Number of periods in the buffer. Two are not enough for a loop from capture to playback.
    package var periods: Int

    package init(sampleRate: Int, encoding: SampleEncoding = .signed16, periodFrames: Int, periods: Int = 4) {
        self.sampleRate = sampleRate
        self.encoding = encoding
        self.periodFrames = periodFrames
        self.periods = periods
    }

    /// The settings in words, for a message.
    var words: String {
        "\(sampleRate) Hz, \(encoding.kind == .float ? "float" : "16 bits"), one or two channels"
    }
}
