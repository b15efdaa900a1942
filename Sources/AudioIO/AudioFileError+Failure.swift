package import Failures

extension AudioFileError: ReportableError {
    package var failure: Failure {
        switch self {
        case .notFound(let path):
            Failure(.noInput, code: "audio.not-found", file: path, "no such file", advice: "check the name")
        case .isDirectory(let path):
            Failure(.noInput, code: "audio.folder", file: path, "is a folder", advice: "name a file in it")
        case .unreadable(let path, let reason):
            Failure(
                .noInput, code: "audio.unreadable", file: path, "cannot be opened: \(reason)",
                advice: reason.hasPrefix("it is a ") ? "name a file" : "check its permissions")
        case .empty(let path):
            Failure(.dataError, code: "audio.empty", file: inputName(path), "is empty", advice: "check what wrote it")
        case .notAudio(let path, let detail):
            Failure(
                .dataError, code: "audio.not-audio", file: inputName(path), "is not audio that can be read: \(detail)",
                advice: path == "-"
                    ? "name the file, or pipe it as ffmpeg -i FILE -f wav -"
                    : "give samples without a header as -t raw -r RATE")
        case .damaged(let path, let detail):
            Failure(.dataError, code: "audio.damaged", file: path, "is damaged: \(detail)", advice: "copy it again")
        case .notRaw(let path, let known):
            Failure(
                .dataError, code: "audio.not-raw", file: inputName(path), "is \(known) and not raw samples",
                advice: "leave -t raw out, or add --force-raw")
        case .decoderMissing(let path, let format, let demuxer):
            Failure(
                .dataError, code: "audio.decoder-missing", file: path,
                "is \(format), and the ffmpeg command that reads it is not installed",
                advice:
                    "install ffmpeg, or give what ffmpeg \(demuxer.map { "-f \($0) " } ?? "")-i \(path) OUT.wav writes")
        case .impossibleFormat(let path, let detail):
            Failure(
                .dataError, code: "audio.impossible-format", file: inputName(path), "cannot be so: \(detail)",
                advice: "its header is damaged; if the samples are sound, give them as -t raw -r RATE")
        case .truncatedHeader(let path):
            Failure(
                .dataError, code: "audio.truncated", file: inputName(path), "ends inside its header",
                advice: "copy it again")
        case .unreadParts(let path, let parts):
            Failure(
                .dataError, code: "audio.unheard", file: inputName(path), "was not heard to its end: \(parts.words)",
                advice: "copy it again, or repair it as with ffmpeg -i IN OUT.wav")
        case .rateMissing(let path):
            Failure(
                .usage, code: "audio.rate-missing", file: inputName(path), "raw samples have no rate of their own",
                advice: "add -r RATE")
        case .rateOutOfRange(let path, let rate, let rates):
            Failure(
                .dataError, code: "audio.rate", file: inputName(path),
                "has a rate of \(rate) Hz; keys are told at \(rates.lowerBound) to \(rates.upperBound) Hz",
                advice: "resample it, as with sox IN -r 8000 OUT")
        case .outputIsInput(let output, let input):
            Failure(
                .cannotCreate, code: "audio.output-is-input", file: output,
                output == input ? "is the input" : "is the same file as the input",
                advice: "give the output another name")
        case .cannotCreate(let path, let reason):
            Failure(
                .cannotCreate, code: "audio.cannot-create", file: outputName(path), "cannot be made: \(reason)",
                advice: "choose another place")
        case .unknownContainer(let path):
            Failure(
                .cannotCreate, code: "audio.unknown-container", file: path,
                "has the extension of no file that can be written",
                advice: "one of \(AudioContainer.writtenExtensions.map { ".\($0)" }.joined(separator: " "))")
        case .alreadyThere(let path):
            Failure(
                .cannotCreate, code: "audio.already-there", file: path,
                "is there already, and nothing is recorded over another recording",
                advice: "give another name, or a folder with --record-dir")
        case .notRegular(let path):
            Failure(
                .cannotCreate, code: "audio.special-file", file: path,
                "is a pipe or a device, which can stand still or take nothing",
                advice: "name a file, or add --record-special")
        case .cannotHold(let path, let detail):
            Failure(
                .cannotCreate, code: "audio.cannot-hold", file: outputName(path),
                "cannot hold these samples: \(detail)",
                advice: "choose another extension, as .wav")
        case .readFailed(let path, let reason):
            Failure(
                .inputOutput, code: "audio.read-failed", file: inputName(path), "reading failed: \(reason)",
                advice: "check the disk")
        case .writeFailed(let path, let reason):
            Failure.unwritten(outputName(path), reason)
        case .stopped(let path):
            Failure(.inputOutput, code: "audio.stopped", file: inputName(path), "was stopped before it said what it is")
        case .outputClosed(let path):
            Failure(.inputOutput, code: "audio.output-closed", file: outputName(path), "nobody reads it any more")
        }
    }

    private func outputName(_ path: String) -> String { path == "-" ? "standard output" : path }
}

/// What messages call an input.
package func inputName(_ path: String) -> String { path == "-" ? "standard input" : path }
