package import Failures
internal import PaymentSession

extension ProfileFileError {
    /// The error in the profile's file at `path`, with the correct form.
    package func failure(in path: String) -> Failure {
        let (what, advice) = problem.words
        return Failure(
            .dataError, code: "keypad.unreadable", file: path, "line \(line): \(what)", advice: advice)
    }
}

extension ProfileFileError.Problem {
    fileprivate var words: (what: String, advice: String) {
        switch self {
        case .empty: ("the profile is empty", "see tonewall pay --help")
        case .notYAML(let problem): ("it is no YAML: \(problem.withoutNumbers)", "names and values, as submit: \"#\"")
        case .nameTwice: ("the name has a value already", "keep one of the two")
        case .notAMapping: ("names with values are wanted here", "as submit: \"#\"")
        case .unknownName(let known): ("there is no such name here", "known are \(known.joined(separator: ", "))")
        case .notOneOf(let values): ("there is no such value", "choose one of \(values.joined(separator: ", "))")
        case .notInRange(let range): ("a number is wanted", "\(range)")
        case .notAName: ("a name is wanted", "letters, digits, - and _, 32 at most")
        case .notAMerchant: ("a merchant's name is wanted", "1 to 64 printing characters, no card number")
        case .keyTwice: ("one key has two functions", "give submit, clear and cancel a key of their own")
        case .timeoutsOutOfOrder:
            ("the time-outs do not fit into each other", "first-digit and inter-digit <= field <= field-limit, session")
        }
    }
}
