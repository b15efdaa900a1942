/// What can go wrong between a name and the samples behind it; every case carries the name as it was given.
package enum AudioFileError: Error, Sendable, Hashable {
    /// There is nothing of that name.
    case notFound(path: String)
    /// The name is a folder's.
    case isDirectory(path: String)
    /// The input is there and may not be opened; `reason` in the system's words.
    case unreadable(path: String, reason: String)
    /// It is empty.
    case empty(path: String)
    /// The bytes are no audio that can be read; `detail` says how that shows.
    case notAudio(path: String, detail: String)
    /// It begins as audio does and cannot be read; `detail` says what it is and why.
    case damaged(path: String, detail: String)
    /// The caller says raw samples, and it begins as a file of another kind: `known` as "an MP4 file".
    case notRaw(path: String, known: String)
    /// It is `format`, as "an MP4 file", and the `ffmpeg` command that reads it is not installed; `demuxer` is ffmpeg's
    /// name of what reads it, where only its name says what it is.
    case decoderMissing(path: String, format: String, demuxer: String?)
    /// The header claims what no recording has, as 0 channels or a rate of 2 GHz.
    case impossibleFormat(path: String, detail: String)
    /// The file ends before its header does.
    case truncatedHeader(path: String)
    /// Parts of it were not read; `parts` holds at least one.
    case unreadParts(path: String, parts: [UnreadPart])
    /// Raw samples were named without a rate.
    case rateMissing(path: String)
    /// Its rate in Hz lies outside `rates`, the rates at which keys can be told apart.
    case rateOutOfRange(path: String, rate: Int, rates: ClosedRange<Int>)
    /// Output and input are the same file, by name or by link.
    case outputIsInput(output: String, input: String)
    /// The output cannot be made; `reason` in the system's words.
    case cannotCreate(path: String, reason: String)
    /// The output's name asks for a container that is not written.
    case unknownContainer(path: String)
    /// A file of the output's name exists.
    case alreadyThere(path: String)
    /// The output's place holds a pipe, a socket or a device.
    case notRegular(path: String)
    /// The output's container cannot hold these samples.
    case cannotHold(path: String, detail: String)
    /// Reading failed midway.
    case readFailed(path: String, reason: String)
    /// Writing failed midway, as on a full disk.
    case writeFailed(path: String, reason: String)
    /// The order to stop came before the input had said what it is.
    case stopped(path: String)
    /// The output has no reader any more (`EPIPE`).
    case outputClosed(path: String)
}

extension AudioFileError {
    /// The fault in few words, without the name.
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
