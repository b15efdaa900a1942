package import AudioIO
internal import Codecs
internal import Failures
internal import StreamSuppression
package import Suppression

/// Removes the tones from one recording or stream, from its reader to a writer.
package struct RecordingSuppression {
    private let reader: AudioReader
    private let configuration: Suppressor.Configuration
    /// The presses of the same recording; `nil` if they are not known.
    package var presses: RecordedPresses?
    /// The lines for a program beside the audio; `nil` if there are none.
    private let lines: SuppressionLines?

    /// - Throws: ``Failure`` if keys cannot be detected at the input's sample rate, if a part of the input is known to
    ///   be unreadable, or if a channel to mute does not exist.
    package init(
        _ reader: AudioReader, configuration: Suppressor.Configuration, lines: SuppressionLines? = nil
    ) throws {
        try reader.refuseRate(outside: SuppressedStream.sampleRates)
        try reader.refuseUnread()
        if let wrong = configuration.fullMute.first(where: { !(0..<reader.format.channels).contains($0) }) {
            throw Failure(
                .usage, code: "audio.no-channel", file: reader.name, "has no channel \(wrong) to mute",
                advice: "its \(reader.format.channels) are counted from 0")
        }
        (self.reader, self.configuration, self.lines) = (reader, configuration, lines)
    }

    /// Writes the whole input without its tones. Returns what was removed from each channel, or `nil` if it was told to
    /// stop.
    ///
    /// The writer is not finished, because parts that were not read may hold tones. Call ``AudioReader/refuseUnread()``
    /// first.
    ///
    /// - Parameters:
    ///   - tell: Receives the lines for a program beside the audio.
    ///   - goOn: Called after each block with the number of frames done. Returns whether to continue.
    package mutating func run(
        to writer: AudioWriter, tell: (String) -> Void = { _ in }, goOn: (Int) -> Bool = { _ in true }
    ) throws(AudioFileError) -> [SuppressionCount]? {
        var stream = SuppressedStream(
            format: reader.format, configuration: configuration, presses: presses?.channels ?? [])
        var (block, clean, done): ([UInt8], [UInt8], Int) = ([], [], 0)
        var isOver = false
        while !isOver {
            let count = try reader.read(frames: 4096, into: &block)
            isOver = count == 0
            clean.removeAll(keepingCapacity: true)
            if isOver {
                stream.finish(into: &clean)
            } else {
                stream.process(block.span, into: &clean)
            }
            if let lines {
                for event in stream.keyEvents { tell(lines.line(event)) }
                for event in stream.events { tell(lines.line(event)) }
            }
            try writer.write(encoded: clean.span)
            done += count
            if !isOver && !goOn(done) { return nil }
        }
        return stream.counts
    }
}
