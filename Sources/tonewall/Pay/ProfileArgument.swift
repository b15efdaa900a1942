import Failures
import PaymentSession
import KeypadProfiles
import ProcessIO

extension KeypadProfile {
    /// The profile that `argument` names: a built-in one, or a YAML file.
    init(argument: String) throws {
        if let builtIn = KeypadProfile(named: argument) {
            self = builtIn
            return
        }
        guard argument.contains("/") || argument.contains(".") else {
            let names = KeypadProfile.builtIn.map(\.name).joined(separator: ", ")
            throw Failure(
                .usage, "there is no profile of that name", advice: "choose one of \(names), or a YAML file")
        }
        if argument.lowercased().hasSuffix(".toml") {
            throw Failure(
                .dataError, file: argument, "TOML is not read", advice: "write it in YAML, as submit: \"#\"")
        }
        let text = try SmallFile.text(of: argument)
        do throws(ProfileFileError) {
            self = try ProfileFile.profile(from: text)
        } catch {
            let (what, advice) = error.problem.words
            throw Failure(.dataError, file: argument, "line \(error.line): \(what)", advice: advice)
        }
    }
}

extension ProfileFileError.Problem {
    /// What is wrong, and what would be right.
    fileprivate var words: (what: String, advice: String) {
        switch self {
        case .empty: ("the profile is empty", "see tonewall pay --help")
        case .notYAML(let problem): ("it is no YAML: \(Report.veiled(problem))", "names and values, as submit: \"#\"")
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
