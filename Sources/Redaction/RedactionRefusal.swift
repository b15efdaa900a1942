package import Archive
package import AtomicFiles
package import AudioIO

/// Why a recording was not changed and no copy was made.
package enum RedactionRefusal: Error, Sendable, Hashable {
    /// It cannot be opened; `reason` in the system's words.
    case unreadable(path: String, reason: String)
    /// It is a pipe, a device or another thing that cannot be replaced.
    case noFile(path: String)
    /// It was found below a folder and is a link, or is reached through a link.
    case link(path: String, target: String)
    /// Another process, such as another redaction or its recorder, has locked it.
    case locked(path: String)
    /// Another process has it open for writing.
    case beingWritten(path: String)
    /// Its bytes, times or name changed during the cleaning.
    case changed(path: String)
    /// It has parts that were not read and that the copy would contain.
    case unreadParts(path: String, parts: [UnreadPart])
    /// The copy cannot have this property of the file.
    case cannotKeep(path: String, what: String)
    /// Its format cannot be written without changes; `detail` says which.
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
