public import AudioIO
public import Verification

/// What a recording turned out to hold.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
    /// Nothing of any key.
    case clean
    /// At least one whole key press.
    case digits
    /// No whole press, but rests of one or more.
    case fragments
    /// It could not be heard, or not to its end.
    case unjudged
}

/// One recording, heard from its first frame to its last.
public struct RecordingJudgement: Sendable, Hashable {
    /// The name as it was given or found.
    public var path: String
    /// Frames a second; 0 where the file could not be opened.
    public var sampleRate: Int = 0
    public var channels: Int = 0
    /// Frames that were heard.
    public var frames: Int = 0
    /// What was found, in order of time within each channel.
    public var findings: [Finding] = []
    /// Why it could not be heard to its end.
    public var failure: RecordingFailure?
    /// What the header promises beyond what is there.
    public var shortfall: AudioReader.Shortfall?

    public init(path: String) { self.path = path }

    /// Findings outweigh a failure: a recording that holds digits before its broken end holds digits.
    public var verdict: Verdict {
        if findings.contains(where: { $0.kind == .digit }) { return .digits }
        if !findings.isEmpty { return .fragments }
        return failure == nil ? .clean : .unjudged
    }

    /// Its length in seconds.
    public var seconds: Double { sampleRate > 0 ? Double(frames) / Double(sampleRate) : 0 }
}

/// Why a recording could not be heard to its end.
public enum RecordingFailure: Error, Sendable, Hashable {
    /// It could not be opened or read.
    case audio(AudioFileError)
    /// Its rate or channels cannot be judged.
    case verification(VerificationError)
    /// Decoding stopped `heard` frames in, of `promised`.
    case endsEarly(heard: Int, promised: Int)
}

extension RecordingJudgement {
    /// Frames that are read at a time.
    private static let blockFrames = 4096

    /// Hears the recording at `path` from its first frame to its last; failures are part of the judgement.
    ///
    /// - Parameters:
    ///   - raw: the layout of samples without a header.
    ///   - isCancelled: asked once a block; `nil` is given where it says so, as half a judgement is none.
    public static func hear(
        _ path: String, raw: AudioFormat? = nil, isCancelled: () -> Bool = { false }
    ) -> RecordingJudgement? {
        var judgement = RecordingJudgement(path: path)
        do throws(RecordingFailure) {
            let finished = try judgement.hear(raw: raw, isCancelled: isCancelled)
            return finished ? judgement : nil
        } catch {
            judgement.failure = error
            return judgement
        }
    }

    private mutating func hear(raw: AudioFormat?, isCancelled: () -> Bool) throws(RecordingFailure) -> Bool {
        let reader = try Self.open(path, raw: raw)
        sampleRate = reader.format.sampleRate
        channels = reader.format.channels
        shortfall = reader.shortfall
        var verifier = try Self.verifier(for: reader)
        var block: [Float] = []
        var found: [Finding] = []
        while true {
            let count = try Self.read(reader, into: &block)
            if count == 0 { break }
            frames += count
            verifier.process(block.span) { found.append($0) }
            if isCancelled() { return false }
        }
        verifier.finish { found.append($0) }
        findings = found.sorted { ($0.start, $0.channel) < ($1.start, $1.channel) }
        if let promised = reader.frameCount, frames < promised {
            throw .endsEarly(heard: frames, promised: promised)
        }
        return true
    }

    private static func open(_ path: String, raw: AudioFormat?) throws(RecordingFailure) -> AudioReader {
        do throws(AudioFileError) { return try AudioReader(path, raw: raw) } catch { throw .audio(error) }
    }

    private static func verifier(for reader: AudioReader) throws(RecordingFailure) -> Verifier {
        do throws(VerificationError) {
            return try Verifier(sampleRate: Double(reader.format.sampleRate), channels: reader.format.channels)
        } catch { throw .verification(error) }
    }

    private static func read(_ reader: AudioReader, into block: inout [Float]) throws(RecordingFailure) -> Int {
        do throws(AudioFileError) { return try reader.read(frames: blockFrames, into: &block) } catch {
            throw .audio(error)
        }
    }
}
