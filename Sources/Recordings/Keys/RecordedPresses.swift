package import AudioIO
internal import Codecs
package import DTMF
internal import StreamSuppression

/// The presses of a whole recording, found before its tones are removed.
///
/// A suppressor that knows them removes presses under speech and noise that a stream receiver does not confirm.
package struct RecordedPresses {
    /// For each channel, its presses in order of time.
    package private(set) var channels: [[KeyPress]]

    /// Reads `reader` to its end. Returns `nil` if it was told to stop.
    ///
    /// - Parameter goOn: Called after each block with the number of frames read. Returns whether to continue.
    package init?(_ reader: AudioReader, goOn: (Int) -> Bool = { _ in true }) throws(AudioFileError) {
        let (rate, count) = (reader.format.sampleRate, reader.format.channels)
        channels = Array(repeating: [], count: count)
        guard SuppressedStream.sampleRates.contains(rate) else { return }
        var listener = RecordingListener(sampleRate: Double(rate), channels: count)
        var (samples, done): ([Float], Int) = ([], 0)
        while true {
            let frames = try reader.read(frames: 4096, into: &samples)
            let heard = frames == 0 ? listener.finish() : listener.process(samples.span)
            take(heard)
            if frames == 0 { return }
            done += frames
            if !goOn(done) { return nil }
        }
    }

    private mutating func take(_ events: [ChannelEvent]) {
        for event in events {
            if case .ended(let press) = event.event { channels[event.channel].append(press) }
        }
    }
}
