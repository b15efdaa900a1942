internal import Codecs

extension AudioReader {
    /// Throws if keys cannot be detected at the sample rate.
    package func refuseRate(outside rates: ClosedRange<Int>) throws(AudioFileError) {
        guard rates.contains(format.sampleRate) else {
            throw .rateOutOfRange(path: name, rate: format.sampleRate, rates: rates)
        }
    }

    /// Throws if a part of the input was not read, or is missing.
    ///
    /// Before the first sample it covers what is known by then, and at the end everything.
    package func refuseUnread() throws(AudioFileError) {
        guard unreadParts.isEmpty else { throw .unreadParts(path: name, parts: unreadParts) }
    }
}
