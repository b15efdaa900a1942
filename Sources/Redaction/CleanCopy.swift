internal import Codecs
internal import Archive
internal import AtomicFiles
internal import AudioIO
internal import Verification

/// The making of one clean copy in a file that has no name yet.
struct CleanCopy {
    let file: AtomicFile
    let held: HeldRecording
    let before: RecordingJudgement
    let options: HearingOptions
    let writing: CopyFormat
    let goOn: () -> Bool

    /// Makes it, and gives what of it is not as the recording has it; `nil` where it was told to stop.
    func make(_ cleaning: Cleaning) throws(Refusal) -> [String]? {
        let reader = try audio { () throws(AudioFileError) in
            try AudioReader(
                held.path, raw: options.raw, forcesRaw: options.forcesRaw)
        }
        if isKept(reader.container),
            let patcher = SamplePatcher(descriptor: file.descriptor, named: held.path, like: reader)
        {
            if holdsUnheard { throw .unheard(path: held.path, parts: before.unheard) }
            return try patch(patcher, reader, cleaning) ? [] : nil
        }
        let encoder = Encoder(
            file: file, held: held, reader: reader, seconds: before.seconds, writing: writing, goOn: goOn)
        return try encoder.encode { (samples) throws(Refusal) in try run(cleaning, reader, samples) }
    }

    /// Whether the judgement of a finished copy lacks what the recording's lacks and no more.
    func isAsIncomplete(_ after: RecordingJudgement) -> Bool {
        guard case .audio(.unheard)? = after.failure, !holdsUnheard else { return false }
        return after.unheard.map(\.kind) == before.unheard.map(\.kind)
    }

    /// Whether there are bytes in the recording that nobody heard.
    private var holdsUnheard: Bool { before.unheard.contains { $0.kind != .missing } }

    /// Whether copies are of the container that the recording has.
    private func isKept(_ container: AudioContainer) -> Bool {
        switch (writing, container) {
        case (.same, _), (.wav, .wav), (.wav, .wavCopy): true
        default: false
        }
    }

    private func patch(_ patcher: SamplePatcher, _ reader: AudioReader, _ cleaning: Cleaning) throws(Refusal) -> Bool {
        guard try FileBytes.copy(held.descriptor, 0..<held.mark.size, to: file, of: held.path, goOn) else {
            return false
        }
        let size = reader.format.bytesPerFrame
        return try audio { () throws(AudioFileError) in
            try cleaning.run(reader, goOn) { (frame, before, after) throws(AudioFileError) in
                try patch(patcher, frame, before, after, size)
            }
        }
    }

    /// Appends the cleaned samples to `samples`, in the reader's encoding.
    private func run(_ cleaning: Cleaning, _ reader: AudioReader, _ samples: AtomicFile) throws(Refusal) -> Bool {
        try audio { () throws(AudioFileError) in
            try cleaning.run(reader, goOn) { (_, _, after) throws(AudioFileError) in
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

/// `work`, with what went wrong with audio as a refusal.
func audio<Result>(_ work: () throws(AudioFileError) -> Result) throws(Refusal) -> Result {
    do throws(AudioFileError) { return try work() } catch { throw .audio(error) }
}
