package import Archive
package import AtomicFiles
package import AudioIO

/// Why a recording was left as it was, and no copy made.
package enum RedactionRefusal: Error, Sendable, Hashable {
    /// It cannot be opened; `reason` in the system's words.
    case unreadable(path: String, reason: String)
    /// It is a pipe, a device or another thing that cannot be replaced.
    case noFile(path: String)
    /// It was found below a folder, and is a link to a file that may lie elsewhere, or lies behind one.
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
    /// A copy was made, and cannot be read to its end itself.
    case copyUnread(path: String, reason: RecordingFailure)
    /// The copy would take the place of `recording`, which is one of those to be redacted.
    case takesPlace(target: String, recording: String)
    /// Two recordings would have the same copy.
    case twoRecordings(target: String, recording: String)
    /// Something lies where the copy would go that is no earlier copy of this recording.
    case targetTaken(target: String, recording: String)
    case audio(AudioFileError)
    case file(AtomicFileError)
}
