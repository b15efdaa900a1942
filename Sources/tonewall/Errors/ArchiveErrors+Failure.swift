import Archive
import AudioIO
import Verification

/// A recording that could not be judged to its end.
struct UnjudgedRecording: CommandFailure {
    var path: String
    var reason: RecordingFailure

    var failure: Failure {
        switch reason {
        case .audio(let error): error.failure
        case .verification(.sampleRate(let rate)):
            Failure(
                .dataError, file: path, "has a rate of \(Int(rate)) Hz; tones are looked for at 4000 to 768000 Hz",
                advice: "resample it, as with sox IN -r 8000 OUT")
        case .verification(.channels(let channels)):
            Failure(
                .dataError, file: path, "has \(channels) channels; up to 64 are heard", advice: "split it, as with sox")
        case .endsEarly(let heard, let promised):
            Failure(
                .dataError, file: path, "cannot be decoded beyond frame \(heard) of \(promised)",
                advice: "copy it again")
        case .noSamples:
            Failure(
                .dataError, file: path, "holds no samples: there was nothing to hear",
                advice: "see whether its recorder wrote it to the end, or remove it")
        case .digest(let reason):
            Failure(.inputOutput, file: path, "cannot be read twice: \(reason)", advice: "check the disk")
        case .changed:
            Failure(
                .dataError, file: path, "changed while it was heard, so that it is not judged",
                advice: "verify it again when nobody writes to it")
        case .noFile:
            Failure(.dataError, file: path, "is a pipe, a socket or a device now", advice: "move it out of the folder")
        }
    }

    init(path: String, reason: RecordingFailure) { (self.path, self.reason) = (path, reason) }

    /// The failure of a judgement, if there is one.
    init?(_ judgement: RecordingJudgement) {
        guard let failure = judgement.failure else { return nil }
        path = judgement.path
        reason = failure
    }
}

extension ArchiveStateError: CommandFailure {
    var failure: Failure {
        switch cause {
        case .noState:
            Failure(
                .dataError, file: path, "is no state file of verify, and was left as it is",
                advice: "name another file, or remove it")
        case .inUse:
            Failure(.cannotCreate, file: path, "is another run's just now", advice: "let it end, or name another file")
        case .writable:
            Failure(
                .dataError, file: path, "is another user's, or others may write it: it is not believed",
                advice: "take the right to write from others with chmod go-w, or name another file")
        case .system(let reason):
            Failure(.cannotCreate, file: path, "cannot keep what was judged: \(reason)", advice: "choose another file")
        }
    }
}

extension ReportError: CommandFailure {
    var failure: Failure {
        switch self {
        case .cannotWrite(let path, let reason):
            Failure(.cannotCreate, file: path, "cannot be written: \(reason)", advice: "choose another folder")
        case .noReport(let path, let reason):
            Failure(.noInput, file: path, "is no report: \(reason)", advice: "name the folder that --report made")
        case .badKey(let path, let reason):
            Failure(
                .dataError, file: path, "cannot be used as a key: \(reason)",
                advice: "make one with openssl genpkey -algorithm ed25519")
        }
    }
}
