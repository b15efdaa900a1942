internal import Glibc

/// What went wrong: a stable code for programs, and one line of words for a person, with what to do about it.
package struct Failure: Error, Sendable, Hashable {
    /// What a shell sees (sysexits.h where it has a code for it).
    package enum Status: Int32, Sendable {
        /// The work was done and found something: tones in a recording, a payment declined.
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
    /// A name for programs that stays as it is while words change: an area, a dot, what is wrong, as
    /// `audio.truncated`.
    package var code: String
    /// The file or address that it is about, as given; `nil` where it is about none.
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

    /// A command line that cannot be followed: status 64, code `command.usage`.
    package static func usage(file: String? = nil, _ what: String, advice: String? = nil) -> Failure {
        Failure(.usage, code: "command.usage", file: file, what, advice: advice)
    }

    /// Bytes that `file` did not take, for the system's `reason`.
    package static func unwritten(_ file: String, _ reason: String) -> Failure {
        let isClosed = unsafe reason == String(cString: strerror(EBADF))
        return Failure(
            .inputOutput, code: "output.unwritten", file: file, "writing failed: \(reason)",
            advice: isClosed ? "it is closed; send it to a file, or to /dev/null" : "check the space left")
    }
}

/// An error that states its code, words and exit status, beside its declaration and nowhere else.
package protocol ReportableError: Error {
    var failure: Failure { get }
}

extension Failure: ReportableError, CustomStringConvertible {
    package var failure: Failure { self }

    /// What is wrong and what to do about it, without the file.
    package var description: String { what + (advice.map { " (\($0))" } ?? "") }
}
