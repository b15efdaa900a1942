import AtomicFiles
import AudioIO
import CallControl
import Glibc
import PaymentSession
import Pipeline
import Verification

/// The files that a played call leaves: what the agent heard, the recording, and a picture of before and after.
final class CallOutputs {
    private let folder: String
    private let sampleRate: Int
    private let agent: AudioWriter
    private let recording: AudioWriter
    private var before: [Float] = []
    private var after: [Float] = []

    /// Longest call in seconds that gets a picture: beyond that a pixel is seconds and the samples are much memory.
    private static let longestPicture = 1800

    /// Refuses a recording that is not a caller and an agent.
    static func checkLegs(_ reader: AudioReader) throws {
        try RecordedCallError.check(reader)
    }

    /// Files in `folder`, which is made where it is missing, with samples stored as `reader`'s are.
    init(folder: String, copying reader: AudioReader) throws {
        self.folder = folder
        sampleRate = reader.format.sampleRate
        let encoding = reader.format.encoding
        if unsafe mkdir(folder.systemName, 0o777) != 0 && errno != EEXIST {
            throw AudioFileError.cannotCreate(path: folder, reason: unsafe String(cString: strerror(errno)))
        }
        agent = try AudioWriter(
            "\(folder)/agent.wav", format: AudioFormat(sampleRate: sampleRate, channels: 1, encoding: encoding),
            rights: .secret)
        recording = try AudioWriter(
            "\(folder)/recording.wav", format: AudioFormat(sampleRate: sampleRate, channels: 2, encoding: encoding),
            rights: .secret)
    }

    private var isPictured: Bool { before.count <= Self.longestPicture * sampleRate }

    /// Frames as they came, the caller first.
    func hear(_ frames: Span<Float>) {
        guard isPictured else { return }
        for index in stride(from: 0, to: frames.count, by: 2) { before.append(frames[index]) }
    }

    /// Frames without their tones.
    func write(_ frames: Span<Float>) throws {
        var leg: [Float] = []
        leg.reserveCapacity(frames.count / 2)
        for index in stride(from: 0, to: frames.count, by: 2) { leg.append(frames[index]) }
        try agent.write(leg.span)
        try recording.write(frames)
        if isPictured { after.append(contentsOf: leg) }
    }

    /// The files under their names, and the receipt where there is one.
    func finish(_ receipt: Receipt?) throws {
        try agent.finish()
        try recording.finish()
        if let receipt { try AtomicFile.write(receipt.text, to: "\(folder)/receipt.txt", rights: .secret) }
        guard isPictured else { return }
        let picture = SpectrogramPicture(
            sampleRate: Double(sampleRate),
            panels: [
                .init(title: "caller, as it came", samples: before, findings: try findings(in: before)),
                .init(title: "what the agent hears", samples: after, findings: try findings(in: after)),
            ])
        try AtomicFile.write(picture.png(), to: "\(folder)/spectrogram.png", rights: .secret)
    }

    private func findings(in samples: [Float]) throws -> [Finding] {
        var findings: [Finding] = []
        var verifier = try Verifier(sampleRate: Double(sampleRate), channels: 1)
        verifier.process(samples.span) { findings.append($0) }
        verifier.finish { findings.append($0) }
        return findings
    }
}
