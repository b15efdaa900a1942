internal import Codecs

extension AudioReader {
    /// Refuses a rate, in Hz, at which keys cannot be told.
    package func refuseRate(outside rates: ClosedRange<Int>) throws(AudioFileError) {
        guard rates.contains(format.sampleRate) else {
            throw .rateOutOfRange(path: name, rate: format.sampleRate, rates: rates)
        }
    }

    /// Refuses what holds or promises more than was read of it.
    ///
    /// Before the first sample is read it is what is known by then; at the end it is all.
    package func refuseUnread() throws(AudioFileError) {
        guard unreadParts.isEmpty else { throw .unreadParts(path: name, parts: unreadParts) }
    }
}
