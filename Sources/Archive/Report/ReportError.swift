internal import AtomicFiles
package import Failures

/// A report that cannot be made or checked.
package enum ReportError: Error, Sendable, Hashable {
    /// A file of the report cannot be written; `reason` in the system's words.
    case cannotWrite(path: String, reason: String)
    /// There is no report, or its summary cannot be read.
    case noReport(path: String, reason: String)
    /// The file does not hold an Ed25519 key in PEM.
    case badKey(path: String, reason: String)
}

extension ReportError {
    init(_ error: AtomicFileError) { self = .cannotWrite(path: error.path, reason: error.reason) }
}

extension ReportError: ReportableError {
    package var failure: Failure {
        switch self {
        case .cannotWrite(let path, let reason):
            Failure(
                .cannotCreate, code: "report.cannot-write", file: path, "cannot be written: \(reason)",
                advice: "choose another folder")
        case .noReport(let path, let reason):
            Failure(
                .noInput, code: "report.missing", file: path, "is no report: \(reason)",
                advice: "name the folder that --report made")
        case .badKey(let path, let reason):
            Failure(
                .dataError, code: "report.bad-key", file: path, "cannot be used as a key: \(reason)",
                advice: "make one with openssl genpkey -algorithm ed25519")
        }
    }
}
