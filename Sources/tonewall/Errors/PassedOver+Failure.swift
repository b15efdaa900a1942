import Archive

extension PassedOver: CommandFailure {
    var failure: Failure {
        let (what, advice) = words
        return Failure(.dataError, file: path, what, advice: advice)
    }

    private var words: (what: String, advice: String) {
        switch reason {
        case .unreadable(let reason): ("cannot be read: \(reason)", "run it as a user who may")
        case .linkedFolder:
            ("is a link to a folder and was not walked", "name the folder, or follow links with --follow")
        case .textLink:
            (
                "is a link that was unpacked as text, and was not followed",
                "name what it leads to, or follow links with --follow"
            )
        case .brokenLink: ("is a link that leads nowhere", "mend or remove it")
        case .fifo: ("is a pipe (FIFO) and was not heard", "name it to tonewall decode")
        case .socket: ("is a socket and was not heard", "move it out of the folder")
        case .device: ("is a device and was not heard", "move it out of the folder")
        case .packed: ("is packed or encrypted; what is in it was not heard", "unpack it")
        case .unknown: ("is of no known kind and was not heard", "give audio the suffix of its format")
        case .unfinished:
            (
                "is a file in the making, of a run that was killed or is under way",
                "run tonewall redact again, or remove it"
            )
        }
    }
}
