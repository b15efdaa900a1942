package import Codecs
package import AudioIO
package import Verification

/// The result of judging a recording.
package enum Verdict: String, Sendable, Hashable, CaseIterable, Codable {
    /// No tones of any key.
    case clean
    /// At least one whole key press.
    case digits
    /// No whole press, but fragments of one or more.
    case fragments
    /// It could not be read to its end.
    case unjudged
    /// It was not read, and may hold tones.
    case skipped = "passed-over"
    /// It is clearly not audio.
    case other
}

/// One recording, judged from its first frame to its last.
package struct RecordingJudgement: Sendable, Hashable {
    /// The name as it was given or found.
    package var path: String
    /// Frames a second; 0 if the file could not be opened.
    package var sampleRate: Int = 0
    package var channels: Int = 0
    /// Frames that were read.
    package var frames: Int = 0
    /// The findings, in order of time.
    package var findings: [Finding] = []
    /// Bytes of the file; 0 if unknown.
    package var size = 0
    /// The file's status when it was judged; `nil` if it is not a file.
    var status: FileStatus?
    /// How long it took to judge.
    package var elapsed = Duration.zero
    /// Why it could not be read to its end.
    package var failure: RecordingFailure?
    /// Parts that were not read. If there are any, ``failure`` is set.
    package var unreadParts: [UnreadPart] = []
    /// Peculiarities that did not prevent reading.
    package var remarks: [String] = []
    /// SHA-256 of the file in hexadecimal, if it was requested.
    package var digest: String?

    package init(path: String) { self.path = path }

    /// The same judgement for a copy at `path` with the same bytes; `nil` if its size differs. A later run compares a
    /// digest, if there is one, with the copy.
    package func moved(to path: String) -> RecordingJudgement? {
        guard let now = FileStatus(path), now.kind == .file, now.size == size else { return nil }
        var moved = self
        (moved.path, moved.status) = (path, now)
        return moved
    }

    /// Findings take precedence over a failure. A recording with digits before its broken end holds digits.
    package var verdict: Verdict {
        if findings.contains(where: { $0.kind == .digit }) { return .digits }
        if !findings.isEmpty { return .fragments }
        return failure == nil ? .clean : .unjudged
    }

    /// Its length in seconds.
    package var seconds: Double { sampleRate > 0 ? Double(frames) / Double(sampleRate) : 0 }
}

/// How recordings are read for a judgement.
package struct JudgingOptions: Sendable {
    /// The layout of samples without a header; `nil` if the header has it.
    package var raw: AudioFormat?
    /// Whether a file is read as raw samples even if it begins as a known container.
    package var forcesRaw: Bool
    /// Whether the SHA-256 of each recording is computed.
    package var takesDigests: Bool
    /// A descriptor that ends every wait for a pipe when it becomes readable.
    package var stop: Int32?

    package init(
        raw: AudioFormat? = nil, forcesRaw: Bool = false, takesDigests: Bool = false, stop: Int32? = nil
    ) {
        self.raw = raw
        self.forcesRaw = forcesRaw
        self.takesDigests = takesDigests
        self.stop = stop
    }
}

extension RecordingJudgement {
    /// Frames that are read at a time.
    private static let blockFrames = 4096

    /// Judges a recording from its first frame to its last. Failures are part of the judgement.
    ///
    /// - Parameters:
    ///   - path: The recording.
    ///   - options: How it is read.
    ///   - shouldContinue: Called after each block with its seconds. If it returns `false`, the result is `nil` instead
    ///     of a partial judgement.
    package static func judge(
        _ path: String, options: JudgingOptions = JudgingOptions(),
        shouldContinue: (_ seconds: Double) -> Bool = { _ in true }
    ) -> RecordingJudgement? {
        var judgement = RecordingJudgement(path: path)
        let start = ContinuousClock.now
        let status = path == "-" ? nil : FileStatus(path)
        judgement.size = status?.size ?? 0
        do throws(RecordingFailure) {
            if let kind = status?.kind, [.fifo, .socket, .device].contains(kind) { throw .noFile }
            guard try judgement.judge(options, shouldContinue: shouldContinue) else { return nil }
        } catch { judgement.failure = error }
        let isFile = status?.kind == .file
        if options.takesDigests, isFile {
            do throws(RecordingFailure) {
                guard let digest = try FileDigest.sha256(of: path, shouldContinue: { shouldContinue(0) }) else {
                    return nil
                }
                judgement.digest = digest
            } catch { judgement.failure = judgement.failure ?? error }
        }
        if isFile, status != FileStatus(path) { judgement.failure = .changed }
        judgement.status = isFile ? status : nil
        judgement.elapsed = start.duration(to: .now)
        return judgement
    }

    private mutating func judge(_ options: JudgingOptions, shouldContinue: (Double) -> Bool) throws(RecordingFailure)
        -> Bool
    {
        let reader: AudioReader
        do throws(AudioFileError) {
            reader = try AudioReader(path, raw: options.raw, forcesRaw: options.forcesRaw, stop: options.stop)
        } catch {
            if case .stopped = error { return false }
            throw .audio(error)
        }
        sampleRate = reader.format.sampleRate
        channels = reader.format.channels
        var verifier = try Self.verifier(for: reader)
        var block: [Float] = []
        var found: [Finding] = []
        defer { findings = found.sorted { ($0.start, $0.channel) < ($1.start, $1.channel) } }
        while true {
            let count = try Self.read(reader, into: &block)
            if count == 0 {
                // After an order to stop, a pipe has not reached its end.
                if reader.wasStopped || !shouldContinue(0) { return false }
                break
            }
            frames += count
            verifier.process(block.span) { found.append($0) }
            if !shouldContinue(Double(count) / Double(sampleRate)) { return false }
        }
        verifier.finish { found.append($0) }
        (unreadParts, remarks) = (reader.unreadParts, reader.remarks)
        if !unreadParts.isEmpty { throw .audio(.unreadParts(path: path, parts: unreadParts)) }
        if let promised = reader.frameCount, frames < promised, !Self.isEstimate(reader) {
            throw .endsEarly(heard: frames, promised: promised)
        }
        if frames == 0 { throw .noSamples }
        return true
    }

    /// Whether the container gives only an estimate of its number of frames.
    private static func isEstimate(_ reader: AudioReader) -> Bool {
        if case .soundFile(_, lossyCoding: .some) = reader.container { return true }
        return false
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
