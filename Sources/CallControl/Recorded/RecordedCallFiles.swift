internal import AtomicFiles
package import AudioIO
internal import Codecs
package import PaymentSession
internal import Verification

/// The output files of a recorded call: the agent's audio, the recording without tones, a picture of before and after,
/// and the receipt.
package final class RecordedCallFiles {
    private let sampleRate: Int
    private let agent: AudioWriter
    private let recording: AudioWriter
    /// It is created with the others, so that no payment is taken if the files cannot be written.
    private let receiptFile: AtomicFile
    private let pictureFile: AtomicFile
    /// It is computed during the call, so that no samples with tones are kept.
    private var before: Spectrogram
    private var after: Spectrogram

    /// Files in `folder`, which is created if it is missing. Samples are stored in the format of `reader`.
    package init(folder: String, copying reader: AudioReader) throws {
        let (rate, encoding) = (reader.format.sampleRate, reader.format.encoding)
        let paths = Self.paths(in: folder)
        sampleRate = rate
        before = Spectrogram(sampleRate: Double(rate))
        after = before
        try WholeFile.makeFolder(folder)
        func writer(_ path: String, channels: Int) throws(AudioFileError) -> AudioWriter {
            let format = AudioFormat(sampleRate: rate, channels: channels, encoding: encoding)
            return try AudioWriter(path, format: format, permissions: .secret)
        }
        agent = try writer(paths[0], channels: 1)
        recording = try writer(paths[1], channels: 2)
        receiptFile = try AtomicFile(paths[2], permissions: .secret)
        pictureFile = try AtomicFile(paths[3], permissions: .secret)
    }

    /// The paths of the files in `folder`.
    package static func paths(in folder: String) -> [String] {
        ["agent.wav", "recording.wav", "receipt.txt", "spectrogram.png"].map { "\(folder)/\($0)" }
    }

    /// Takes frames as they arrive, the caller first.
    package func hear(_ frames: Span<Float>) { before.process(frames, every: 2) }

    /// Writes frames after their tones were removed.
    package func write(_ frames: Span<Float>) throws {
        var leg: [Float] = []
        leg.reserveCapacity(frames.count / 2)
        for index in stride(from: 0, to: frames.count, by: 2) { leg.append(frames[index]) }
        try agent.write(leg.span)
        try recording.write(frames)
        after.process(leg.span)
    }

    /// Moves the files to their names.
    ///
    /// - Parameters:
    ///   - receipt: The customer's receipt; `nil` leaves no receipt file.
    ///   - removed: The removed stretches of the caller's leg, in frames.
    package func finish(_ receipt: Receipt?, removed: [Range<Int>]) throws {
        try agent.finish()
        try recording.finish()
        if let receipt { try receiptFile.commit(Array(receipt.text.utf8)) }
        before.finish()
        after.finish()
        let picture = SpectrogramPicture(
            sampleRate: Double(sampleRate),
            panels: [
                .init(title: "caller, as it came", spectrogram: before, marks: removed),
                .init(title: "what the agent hears", spectrogram: after),
            ])
        try pictureFile.commit(picture.png())
    }
}
