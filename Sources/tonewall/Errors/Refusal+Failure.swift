import AtomicFiles
import AudioIO
import Redaction

extension Refusal: CommandFailure {
    var failure: Failure {
        switch self {
        case .unreadable(let path, let reason):
            return Failure(.noInput, file: path, "cannot be opened: \(reason)", advice: "check its permissions")
        case .noFile(let path):
            return Failure(.dataError, file: path, "is no file that can be redacted", advice: "name a regular file")
        case .link(let path, let target):
            return Self.left(path, "it is a link to \(target.quoted)", "name that file, or follow links with --follow")
        case .locked(let path):
            return Self.left(path, "another process holds a lock on it", "run it again when that is done")
        case .beingWritten(let path):
            return Self.left(path, "another process has it open for writing", "run it again when that is done")
        case .changed(let path):
            return Self.left(path, "it changed while it was cleaned", "run it again when nobody writes to it")
        case .unheard(let path, let parts):
            return Self.left(
                path, "its copy would hold what nobody heard: \(parts.words)",
                "write what was heard, with --out DIR --as wav")
        case .cannotKeep(let path, let what):
            return Failure(
                .cannotCreate, file: path, "left as it was: its copy cannot have \(what)",
                advice: "run it as the recording's owner, or with --out DIR")
        case .cannotEncode(let path, let detail):
            return Self.left(path, "it cannot be written as it is: \(detail)", "write it with --out DIR --as flac")
        case .copyUnheard(let path, let reason):
            let flaw = UnjudgedRecording(path: path, reason: reason).failure.what
            return Self.left(
                path, "its copy cannot be heard to its end: it \(flaw)",
                "write it with --out DIR --as wav or flac")
        case .takesPlace(let target, let recording):
            return Failure(
                .cannotCreate, file: target,
                recording == target ? "is the recording itself" : "is the recording \(recording.quoted)",
                advice: "choose another folder, or --in-place")
        case .twoRecordings(let target, let recording):
            return Failure(
                .cannotCreate, file: target, "would be two recordings: it is the copy of \(recording.quoted) already",
                advice: "redact them into two folders")
        case .targetTaken(let target, let recording):
            return Failure(
                .cannotCreate, file: target, "is there already and is no earlier copy of \(recording.quoted)",
                advice: "move it away, or choose another folder")
        case .audio(let error): return error.failure
        case .file(let error): return error.failure
        }
    }

    private static func left(_ path: String, _ reason: String, _ advice: String) -> Failure {
        Failure(.dataError, file: path, "left as it was: \(reason)", advice: advice)
    }
}
