internal import AudioIO
internal import Failures

/// Where a live call is recorded: in a named file, or in a folder under a name from a pattern.
package struct RecordingPlace: Sendable {
    /// A new WAVE file.
    package var file: String?
    /// A folder, created if it is missing.
    package var folder: String?
    /// The file's name in ``folder``.
    package var name: RecordingName
    /// Whether ``file`` may be a pipe or a device.
    package var allowsSpecial: Bool

    package init(file: String? = nil, folder: String? = nil, name: RecordingName, allowsSpecial: Bool = false) {
        self.file = file
        self.folder = folder
        self.name = name
        self.allowsSpecial = allowsSpecial
    }

    /// The path of the recording of a call with `names`; `nil` if nothing is recorded.
    ///
    /// - Throws: `Failure`, `AudioFileError` or ``RecordingName/Fault`` if a recording cannot be written there. No
    ///   device has been touched by then.
    package func path(_ names: RecordingName.Names) throws -> String? {
        guard file == nil || folder == nil else {
            throw Failure.usage("--record names a file and --record-dir a folder", advice: "give one of them")
        }
        guard file != nil || !allowsSpecial else {
            throw Failure.usage("--record-special goes with --record", advice: "leave it out")
        }
        guard let path = try file ?? folder.map({ try name.path(names, in: $0) }) else { return nil }
        if path == "-" {
            throw Failure.usage("a live call is recorded in a file, not on standard output", advice: "name one")
        }
        switch AudioContainer(path: path) {
        case nil, .wav?: return path
        default:
            throw AudioFileError.cannotHold(
                path: path, detail: "a live call is recorded as WAVE, which grows in its place")
        }
    }
}
