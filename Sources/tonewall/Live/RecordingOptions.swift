import ArgumentParser
import AudioIO
import CallControl
import Failures

/// Where a live call is recorded.
struct RecordingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Record the call in this new WAVE file, tones gone; a file that is there is never written over.",
            valueName: "file"), completion: .file())
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Record the call in this folder, under the name that --record-name gives.", valueName: "dir"),
        completion: .directory)
    var recordDir: String?

    @Option(
        help: ArgumentHelp(
            "Name in --record-dir: {date}, {time} (UTC), {call}, {session} and {reference} stand for the call's own.",
            valueName: "pattern"))
    var recordName = "{date}T{time}Z-{call}.wav"

    @Flag(help: "Let --record name a pipe or a device; what it cannot take in ten seconds ends the recording.")
    var recordSpecial = false

    /// Where the call goes, with every place of the pattern filled; `nil` where nothing is recorded.
    ///
    /// - Throws: ``Failure`` before any device is touched, where a recording cannot grow there.
    func place(_ names: RecordingName.Names) throws -> String? {
        guard record == nil || recordDir == nil else {
            throw Failure(.usage, "--record names a file and --record-dir a folder", advice: "give one of them")
        }
        guard record != nil || !recordSpecial else {
            throw Failure(.usage, "--record-special goes with --record", advice: "leave it out")
        }
        guard let path = try record ?? recordDir.map({ try RecordingName(recordName).path(names, in: $0) }) else {
            return nil
        }
        if path == "-" {
            throw Failure(.usage, "a live call is recorded in a file, not on standard output", advice: "name one")
        }
        switch AudioContainer(path: path) {
        case nil, .wav?: return path
        default:
            throw AudioFileError.cannotHold(
                path: path, detail: "a live call is recorded as WAVE, which grows in its place")
        }
    }
}
