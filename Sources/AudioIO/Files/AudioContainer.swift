internal import AtomicFiles

/// What wraps the samples of a file.
public enum AudioContainer: Sendable {
    /// RIFF/WAVE with a head of its own making.
    case wav
    /// RIFF/WAVE with the head of the input that it is a copy of.
    case wavCopy(WAVHead)
    /// Samples and nothing else.
    case raw
    /// A container of libsndfile's (`SF_FORMAT_TYPEMASK`), with its coding where that is not one of ours.
    case soundFile(code: Int32, lossyCoding: Int32?)

    /// The container that a file name asks for; `nil` where its extension says nothing.
    public init?(path: String) {
        switch PathBytes.suffix(path) {
        case "wav", "wave": self = .wav
        case "raw", "pcm", "sw", "ul", "al", "ulaw", "alaw": self = .raw
        case let suffix:
            guard let code = SoundFile.containerCode(forExtension: suffix) else { return nil }
            self = .soundFile(code: code, lossyCoding: nil)
        }
    }

    /// Whether files of both kinds are laid out alike.
    func isSameKind(as other: AudioContainer) -> Bool {
        switch (self, other) {
        case (.wav, .wav), (.wav, .wavCopy), (.wavCopy, .wav), (.wavCopy, .wavCopy), (.raw, .raw): true
        case (.soundFile(let a, _), .soundFile(let b, _)): a == b
        default: false
        }
    }
}

/// The head of a WAVE file that was read, and the chunks after its samples, for a copy that keeps them.
public struct WAVHead: Sendable {
    var header: WAVHeader
}
