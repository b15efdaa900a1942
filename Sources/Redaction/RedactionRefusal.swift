package import Archive
package import AtomicFiles
package import AudioIO

/// Why a recording was left as it was, and no copy made.
package enum RedactionRefusal: Error, Sendable, Hashable {
    /// It cannot be opened; `reason` in the system's words.
    case unreadable(path: String, reason: String)
    /// It is a pipe, a device or another thing that cannot be replaced.
    case noFile(path: String)
    /// It was found below a folder and is a link, or is reached through one.
    case link(path: String, target: String)
    /// Another process holds a lock on it: another redaction, or its recorder.
    case locked(path: String)
    /// Another process has it open for writing.
    case beingWritten(path: String)
    /// Its bytes, times or name changed while it was cleaned.
    case changed(path: String)
    /// It holds parts that were not read and that a copy would hold too.
    case unreadParts(path: String, parts: [UnreadPart])
    /// A property of the file that the copy cannot have.
    case cannotKeep(path: String, what: String)
    /// Its format cannot be written as it is; `detail` says what would change.
    case cannotEncode(path: String, detail: String)
    /// The copy cannot be read to its end.
    case copyUnread(path: String, reason: RecordingFailure)
    /// The copy would replace `recording`, which is one of the recordings of the run.
    case takesPlace(target: String, recording: String)
    /// Two recordings would have the same copy.
    case twoRecordings(target: String, recording: String)
    /// Another file has the copy's name and is not an earlier copy of this recording.
    case targetTaken(target: String, recording: String)
    case audio(AudioFileError)
    case file(AtomicFileError)
}
