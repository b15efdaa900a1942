internal import AudioIO
package import Failures
internal import Verification

/// A recording that could not be judged to its end.
package struct UnjudgedRecording: ReportableError {
    package var path: String
    package var reason: RecordingFailure

    package var failure: Failure {
        switch reason {
        case .audio(let error): error.failure
        case .verification(.sampleRate(let rate)):
            Failure(
                .dataError, code: "recording.rate", file: path,
                "has a rate of \(Int(rate)) Hz; tones are looked for at 4000 to 768000 Hz",
                advice: "resample it, as with sox IN -r 8000 OUT")
        case .verification(.channels(let channels)):
            Failure(
                .dataError, code: "recording.channels", file: path, "has \(channels) channels; up to 64 are heard",
                advice: "split it, as with sox")
        case .endsEarly(let heard, let promised):
            Failure(
                .dataError, code: "recording.ends-early", file: path,
                "cannot be decoded beyond frame \(heard) of \(promised)",
                advice: "copy it again")
        case .noSamples:
            Failure(
                .dataError, code: "recording.no-samples", file: path, "holds no samples: there was nothing to hear",
                advice: "see whether its recorder wrote it to the end, or remove it")
        case .digest(let reason):
            Failure(
                .inputOutput, code: "recording.unreadable-twice", file: path, "cannot be read twice: \(reason)",
                advice: "check the disk")
        case .changed:
            Failure(
                .dataError, code: "recording.changed", file: path,
                "changed while it was heard, so that it is not judged",
                advice: "verify it again when nobody writes to it")
        case .noFile:
            Failure(
                .dataError, code: "recording.no-file", file: path, "is a pipe, a socket or a device now",
                advice: "move it out of the folder")
        }
    }

    package init(path: String, reason: RecordingFailure) { (self.path, self.reason) = (path, reason) }

    /// The failure of a judgement, if there is one.
    package init?(_ judgement: RecordingJudgement) {
        guard let failure = judgement.failure else { return nil }
        path = judgement.path
        reason = failure
    }
}
