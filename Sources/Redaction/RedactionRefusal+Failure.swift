internal import Archive
internal import AtomicFiles
internal import AudioIO
package import Failures

extension RedactionRefusal: ReportableError {
    package var failure: Failure {
        switch self {
        case .unreadable(let path, let reason):
            return Failure(
                .noInput, code: "redaction.unreadable", file: path, "cannot be opened: \(reason)",
                advice: "check its permissions")
        case .noFile(let path):
            return Failure(
                .dataError, code: "redaction.no-regular-file", file: path, "is no file that can be redacted",
                advice: "name a regular file")
        case .link(let path, let target):
            return Self.left(
                code: "redaction.link", path, "it is a link to \(target.quoted)",
                "name that file, or follow links with --follow")
        case .locked(let path):
            return Self.left(
                code: "redaction.locked", path, "another process holds a lock on it", "run it again when that is done")
        case .beingWritten(let path):
            return Self.left(
                code: "redaction.being-written", path, "another process has it open for writing",
                "run it again when that is done")
        case .changed(let path):
            return Self.left(
                code: "redaction.changed", path, "it changed while it was cleaned",
                "run it again when nobody writes to it")
        case .unreadParts(let path, let parts):
            return Self.left(
                code: "redaction.unheard",
                path, "its copy would hold what nobody heard: \(parts.words)",
                "write what was heard, with --out DIR --as wav")
        case .cannotKeep(let path, let what):
            return Failure(
                .cannotCreate, code: "redaction.cannot-keep", file: path,
                "left as it was: its copy cannot have \(what)",
                advice: "run it as the recording's owner, or with --out DIR")
        case .cannotEncode(let path, let detail):
            return Self.left(
                code: "redaction.cannot-encode", path, "it cannot be written as it is: \(detail)",
                "write it with --out DIR --as flac")
        case .copyUnread(let path, let reason):
            let flaw = UnjudgedRecording(path: path, reason: reason).failure.what
            return Self.left(
                code: "redaction.copy-unheard",
                path, "its copy cannot be heard to its end: it \(flaw)",
                "write it with --out DIR --as wav or flac")
        case .takesPlace(let target, let recording):
            return Failure(
                .cannotCreate, code: "redaction.over-recording", file: target,
                recording == target ? "is the recording itself" : "is the recording \(recording.quoted)",
                advice: "choose another folder, or --in-place")
        case .twoRecordings(let target, let recording):
            return Failure(
                .cannotCreate, code: "redaction.two-recordings", file: target,
                "would be two recordings: it is the copy of \(recording.quoted) already",
                advice: "redact them into two folders")
        case .targetTaken(let target, let recording):
            return Failure(
                .cannotCreate, code: "redaction.target-taken", file: target,
                "is there already and is no earlier copy of \(recording.quoted)",
                advice: "move it away, or choose another folder")
        case .audio(let error): return error.failure
        case .file(let error): return error.failure
        }
    }

    private static func left(code: String, _ path: String, _ reason: String, _ advice: String) -> Failure {
        Failure(.dataError, code: code, file: path, "left as it was: \(reason)", advice: advice)
    }
}
