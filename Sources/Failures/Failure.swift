internal import Glibc

/// An error with a stable code for programs, and one line for a person with what is wrong and what to do.
package struct Failure: Error, Sendable, Hashable {
    /// The exit status (sysexits.h where it has a code).
    package enum Status: Int32, Sendable {
        /// The work was done and has a finding: tones in a recording, a payment declined.
        case finding = 1
        case usage = 64
        case dataError = 65
        case noInput = 66
        case unavailable = 69
        case software = 70
        case cannotCreate = 73
        case inputOutput = 74
    }

    package var status: Status
    /// A stable code for programs, such as `audio.truncated`: an area, a dot, and what is wrong. It stays the same if
    /// the words change.
    package var code: String
    /// The file or address concerned, as given, or `nil`.
    package var file: String?
    /// What is wrong, as the end of a sentence about ``file``.
    package var what: String
    /// What to do about it.
    package var advice: String?

    /// - Parameters:
    ///   - status: The exit status.
    ///   - code: One of the table in <doc:Failures>.
    ///   - file: The file or address that it is about.
    ///   - what: What is wrong.
    ///   - advice: What to do about it.
    package init(
        _ status: Status, code: String, file: String? = nil, _ what: String, advice: String? = nil
    ) {
        self.status = status
        self.code = code
        self.file = file
        self.what = what
        self.advice = advice
    }

    /// A usage error: status 64, code `command.usage`.
    package static func usage(file: String? = nil, _ what: String, advice: String? = nil) -> Failure {
        Failure(.usage, code: "command.usage", file: file, what, advice: advice)
    }

    /// Bytes could not be written to `file`, for the system's `reason`.
    package static func unwritten(_ file: String, _ reason: String) -> Failure {
        let isClosed = unsafe reason == String(cString: strerror(EBADF))
        return Failure(
            .inputOutput, code: "output.unwritten", file: file, "writing failed: \(reason)",
            advice: isClosed ? "it is closed; send it to a file, or to /dev/null" : "check the space left")
    }
}

/// An error that states its code, words and exit status next to its declaration.
package protocol ReportableError: Error {
    var failure: Failure { get }
}

extension Failure: ReportableError, CustomStringConvertible {
    package var failure: Failure { self }

    /// What is wrong and what to do about it, without the file.
    package var description: String { what + (advice.map { " (\($0))" } ?? "") }
}
