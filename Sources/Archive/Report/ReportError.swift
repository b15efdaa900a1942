internal import AtomicFiles

/// A report that cannot be made or checked.
public enum ReportError: Error, Sendable, Hashable {
    /// A file of the report cannot be written; `reason` in the system's words.
    case cannotWrite(path: String, reason: String)
    /// There is no report, or its summary cannot be read.
    case noReport(path: String, reason: String)
    /// The file holds no Ed25519 key in PEM.
    case badKey(path: String, reason: String)
}

extension ReportError {
    init(_ error: AtomicFileError) { self = .cannotWrite(path: error.path, reason: error.reason) }
}
