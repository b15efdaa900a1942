import Codecs
import AtomicFiles
import AudioIO
import CallControl
import Glibc
import PaymentSession
import Verification

/// The files that a played call leaves: what the agent heard, the recording, and a picture of before and after.
final class CallOutputs {
    private let folder: String
    private let sampleRate: Int
    private let agent: AudioWriter
    private let recording: AudioWriter
    /// Made with the others, so that no payment is taken whose files cannot be written.
    private let receiptFile: AtomicFile
    private let pictureFile: AtomicFile
    /// Made as the call goes by: samples with tones in them are kept nowhere.
    private var before: Spectrogram
    private var after: Spectrogram

    /// Refuses a recording that is not a caller and an agent.
    static func checkLegs(_ reader: AudioReader) throws {
        try RecordedCallError.check(reader)
    }

    /// Files in `folder`, which is made where it is missing, with samples stored as `reader`'s are.
    init(folder: String, copying reader: AudioReader) throws {
        self.folder = folder
        sampleRate = reader.format.sampleRate
        before = Spectrogram(sampleRate: Double(sampleRate))
        after = before
        let encoding = reader.format.encoding
        if unsafe mkdir(folder.systemName, 0o777) != 0 && errno != EEXIST {
            throw AudioFileError.cannotCreate(path: folder, reason: unsafe String(cString: strerror(errno)))
        }
        agent = try AudioWriter(
            "\(folder)/agent.wav", format: AudioFormat(sampleRate: sampleRate, channels: 1, encoding: encoding),
            permissions: .secret)
        recording = try AudioWriter(
            "\(folder)/recording.wav", format: AudioFormat(sampleRate: sampleRate, channels: 2, encoding: encoding),
            permissions: .secret)
        receiptFile = try AtomicFile("\(folder)/receipt.txt", permissions: .secret)
        pictureFile = try AtomicFile("\(folder)/spectrogram.png", permissions: .secret)
    }

    /// The files that go to `folder`.
    static func files(in folder: String) -> [String] {
        ["agent.wav", "recording.wav", "receipt.txt", "spectrogram.png"].map { "\(folder)/\($0)" }
    }

    /// Frames as they came, the caller first.
    func hear(_ frames: Span<Float>) { before.process(frames, every: 2) }

    /// Frames without their tones.
    func write(_ frames: Span<Float>) throws {
        var leg: [Float] = []
        leg.reserveCapacity(frames.count / 2)
        for index in stride(from: 0, to: frames.count, by: 2) { leg.append(frames[index]) }
        try agent.write(leg.span)
        try recording.write(frames)
        after.process(leg.span)
    }

    /// The files under their names, and the receipt where there is one.
    ///
    /// - Parameter removed: the stretches of the caller's leg that were taken out, in frames.
    func finish(_ receipt: Receipt?, removed: [Range<Int>]) throws {
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
