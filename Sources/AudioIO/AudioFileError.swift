/// Errors on the way from a name to its samples. Every case carries the name that the user gave.
package enum AudioFileError: Error, Sendable, Hashable {
    /// There is no file with that name.
    case notFound(path: String)
    /// The name belongs to a folder.
    case isDirectory(path: String)
    /// The input exists but may not be opened; `reason` in the system's words.
    case unreadable(path: String, reason: String)
    /// It is empty.
    case empty(path: String)
    /// The bytes are not audio that can be read; `detail` gives the evidence.
    case notAudio(path: String, detail: String)
    /// It begins like audio but cannot be read; `detail` says what it is and why.
    case damaged(path: String, detail: String)
    /// Raw samples were requested, but the file is of another kind: `known`, such as "an MP4 file".
    case notRaw(path: String, known: String)
    /// It is `format`, such as "an MP4 file", and the `ffmpeg` command that reads it is not installed. `demuxer` is
    /// ffmpeg's name of the demuxer, if only the file's name identifies the kind.
    case decoderMissing(path: String, format: String, demuxer: String?)
    /// The header has impossible values, such as 0 channels or a rate of 2 GHz.
    case impossibleFormat(path: String, detail: String)
    /// The file ends before its header does.
    case truncatedHeader(path: String)
    /// Parts of it were not read; `parts` holds at least one.
    case unreadParts(path: String, parts: [UnreadPart])
    /// Raw samples were named without a rate.
    case rateMissing(path: String)
    /// Its sample rate in Hz is outside `rates`, at which keys can be detected.
    case rateOutOfRange(path: String, rate: Int, rates: ClosedRange<Int>)
    /// Output and input are the same file, by name or by link.
    case outputIsInput(output: String, input: String)
    /// The output cannot be created; `reason` in the system's words.
    case cannotCreate(path: String, reason: String)
    /// The output's name requests a container that cannot be written.
    case unknownContainer(path: String)
    /// A file with the output's name exists.
    case alreadyThere(path: String)
    /// The output's path belongs to a pipe, a socket or a device.
    case notRegular(path: String)
    /// The output's container cannot hold these samples.
    case cannotHold(path: String, detail: String)
    /// Reading failed midway.
    case readFailed(path: String, reason: String)
    /// Writing failed midway, for example because the disk is full.
    case writeFailed(path: String, reason: String)
    /// The order to stop came before the format of the input was known.
    case stopped(path: String)
    /// The reader of the output is gone (`EPIPE`).
    case outputClosed(path: String)
}

extension AudioFileError {
    /// The fault in a few words, without the name.
    package var reason: String {
        switch self {
        case .unreadable(_, let reason), .cannotCreate(_, let reason), .readFailed(_, let reason),
            .writeFailed(_, let reason):
            reason
        case .notAudio(_, let detail), .impossibleFormat(_, let detail), .cannotHold(_, let detail): detail
        case .notFound: "there is no such file"
        case .isDirectory: "it is a folder"
        default: "it cannot be used"
        }
    }
}
