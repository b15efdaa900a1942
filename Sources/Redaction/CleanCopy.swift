internal import Codecs
internal import Archive
internal import AtomicFiles
internal import AudioIO
internal import Verification

/// Makes one clean copy in a file without a name.
struct CleanCopy {
    let file: AtomicFile
    let recording: OpenRecording
    let before: RecordingJudgement
    let options: JudgingOptions
    let copyFormat: CopyFormat
    let shouldContinue: () -> Bool

    /// Makes the copy. Returns how it differs from the recording besides its tones, or `nil` if it was stopped.
    func make(_ cleaning: CleaningPass) throws(RedactionRefusal) -> [String]? {
        let reader = try audio { () throws(AudioFileError) in
            try AudioReader(
                recording.path, raw: options.raw, forcesRaw: options.forcesRaw)
        }
        if isKept(reader.container),
            let patcher = SamplePatcher(descriptor: file.descriptor, named: recording.path, like: reader)
        {
            if holdsUnreadParts { throw .unreadParts(path: recording.path, parts: before.unreadParts) }
            return try patch(patcher, reader, cleaning) ? [] : nil
        }
        let encoder = Encoder(
            file: file, recording: recording, reader: reader, seconds: before.seconds, copyFormat: copyFormat,
            shouldContinue: shouldContinue)
        return try encoder.encode { (samples) throws(RedactionRefusal) in try run(cleaning, reader, samples) }
    }

    /// Whether the judgement of a finished copy has the same missing parts as the recording's and no others.
    func isAsIncomplete(_ after: RecordingJudgement) -> Bool {
        guard case .audio(.unreadParts)? = after.failure, !holdsUnreadParts else { return false }
        return after.unreadParts.map(\.kind) == before.unreadParts.map(\.kind)
    }

    /// Whether the recording has bytes that were not read.
    private var holdsUnreadParts: Bool { before.unreadParts.contains { $0.kind != .missing } }

    /// Whether a copy has the same container as the recording.
    private func isKept(_ container: AudioContainer) -> Bool {
        switch (copyFormat, container) {
        case (.same, _), (.wav, .wav), (.wav, .wavCopy): true
        default: false
        }
    }

    private func patch(_ patcher: SamplePatcher, _ reader: AudioReader, _ cleaning: CleaningPass)
        throws(RedactionRefusal) -> Bool
    {
        guard
            try FileBytes.copy(
                recording.descriptor, 0..<recording.version.size, to: file, of: recording.path, shouldContinue)
        else {
            return false
        }
        let size = reader.format.bytesPerFrame
        return try audio { () throws(AudioFileError) in
            try cleaning.run(reader, shouldContinue) { (frame, before, after) throws(AudioFileError) in
                try patch(patcher, frame, before, after, size)
            }
        }
    }

    /// Appends the cleaned samples to `samples`, in the reader's encoding.
    private func run(_ cleaning: CleaningPass, _ reader: AudioReader, _ samples: AtomicFile) throws(RedactionRefusal)
        -> Bool
    {
        try audio { () throws(AudioFileError) in
            try cleaning.run(reader, shouldContinue) { (_, _, after) throws(AudioFileError) in
                do throws(AtomicFileError) { try samples.write(after.span) } catch {
                    throw .writeFailed(path: error.path, reason: error.reason)
                }
            }
        }
    }

    /// Writes the frames that differ and no others.
    private func patch(
        _ patcher: SamplePatcher, _ frame: Int, _ before: [UInt8], _ after: [UInt8], _ size: Int
    ) throws(AudioFileError) {
        if before == after { return }
        var first = 0
        let frames = after.count / size
        func differs(_ frame: Int) -> Bool {
            before[frame * size..<(frame + 1) * size] != after[frame * size..<(frame + 1) * size]
        }
        while first < frames {
            while first < frames, !differs(first) { first += 1 }
            var end = first
            while end < frames, differs(end) { end += 1 }
            if end > first {
                let piece = Array(after[first * size..<end * size])
                try patcher.replace(piece.span, at: frame + first)
            }
            first = end
        }
    }
}

/// Runs `work` and turns an audio error into a refusal.
func audio<Result>(_ work: () throws(AudioFileError) -> Result) throws(RedactionRefusal) -> Result {
    do throws(AudioFileError) { return try work() } catch { throw .audio(error) }
}
