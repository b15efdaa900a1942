package import Failures

extension SkippedFile: ReportableError {
    package var failure: Failure {
        let (code, what, advice) = words
        return Failure(.dataError, code: code, file: path, what, advice: advice)
    }

    private var words: (code: String, what: String, advice: String) {
        switch reason {
        case .unreadable(let reason):
            (code: "passed-over.unreadable", "cannot be read: \(reason)", "run it as a user who may")
        case .linkedFolder:
            (
                code: "passed-over.linked-folder", "is a link to a folder and was not walked",
                "name the folder, or follow links with --follow"
            )
        case .textLink:
            (
                code: "passed-over.text-link", "is a link that was unpacked as text, and was not followed",
                "name what it leads to, or follow links with --follow"
            )
        case .brokenLink: (code: "passed-over.broken-link", "is a link that leads nowhere", "mend or remove it")
        case .fifo: (code: "passed-over.pipe", "is a pipe (FIFO) and was not heard", "name it to tonewall decode")
        case .socket: (code: "passed-over.socket", "is a socket and was not heard", "move it out of the folder")
        case .device: (code: "passed-over.device", "is a device and was not heard", "move it out of the folder")
        case .packed: (code: "passed-over.packed", "is packed or encrypted; what is in it was not heard", "unpack it")
        case .unknown:
            (
                code: "passed-over.unknown", "is of no known kind and was not heard",
                "give audio the suffix of its format"
            )
        case .unfinished:
            (
                code: "passed-over.unfinished", "is a file in the making, of a run that was killed or is under way",
                "run tonewall redact again, or remove it"
            )
        }
    }
}
