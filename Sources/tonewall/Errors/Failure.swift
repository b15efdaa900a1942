import AtomicFiles
import Glibc

/// Why a command ends: its exit status and the one line it leaves on standard error.
struct Failure: Error {
    /// What a shell sees (sysexits.h where it has a code for it).
    enum Status: Int32 {
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

    var status: Status
    /// The file it is about, as given; `nil` where it is about none.
    var file: String?
    /// What is wrong.
    var what: String
    /// What to do about it.
    var advice: String?

    init(_ status: Status, file: String? = nil, _ what: String, advice: String? = nil) {
        self.status = status
        self.file = file
        self.what = what
        self.advice = advice
    }

    /// Bytes that `file` did not take, for the system's `reason`.
    static func unwritten(_ file: String, _ reason: String) -> Failure {
        let isClosed = unsafe reason == String(cString: strerror(EBADF))
        return Failure(
            .inputOutput, file: file, "writing failed: \(reason)",
            advice: isClosed ? "it is closed; send it to a file, or to /dev/null" : "check the space left")
    }

    /// `tonewall: FILE: what is wrong (what to do)`.
    var line: String {
        let subject = file.map { "\($0.quoted): " } ?? ""
        let hint = advice.map { " (\($0))" } ?? ""
        return "tonewall: \(subject)" + "\(what)\(hint)".quoted
    }
}

/// An error that knows its exit status and its text; every module's errors get theirs in this folder.
protocol CommandFailure: Error {
    var failure: Failure { get }
}

extension Failure: CommandFailure {
    var failure: Failure { self }
}
