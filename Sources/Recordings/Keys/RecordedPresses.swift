package import AudioIO
internal import Codecs
package import DTMF
internal import StreamSuppression

/// The presses of a whole recording, found before its tones are removed.
///
/// A suppressor that knows them removes presses under speech and noise that a stream receiver does not confirm.
package struct RecordedPresses {
    /// For each channel, its presses in order of time.
    package let channels: [[KeyPress]]

    /// Reads `reader` to its end. Returns `nil` if it was told to stop.
    ///
    /// - Parameter goOn: Called after each block with the number of frames read. Returns whether to continue.
    package init?(_ reader: AudioReader, goOn: (Int) -> Bool = { _ in true }) throws(AudioFileError) {
        let (rate, count) = (reader.format.sampleRate, reader.format.channels)
        guard SuppressedStream.sampleRates.contains(rate) else {
            channels = Array(repeating: [], count: count)
            return
        }
        var listener = RecordingListener(sampleRate: Double(rate), channels: count)
        var (samples, done, heard): ([Float], Int, [ChannelEvent]) = ([], 0, [])
        while case let frames = try reader.read(frames: 4096, into: &samples), frames > 0 {
            heard += listener.process(samples.span)
            done += frames
            if !goOn(done) { return nil }
        }
        channels = (heard + listener.finish()).presses(channels: count)
    }
}
