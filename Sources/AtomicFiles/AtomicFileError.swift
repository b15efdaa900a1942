package import Failures
internal import Glibc

/// A file that could not be made.
package struct AtomicFileError: Error, Sendable, Hashable {
    /// What failed.
    package enum Step: Sendable, Hashable {
        /// The file, its folder or its name.
        case creating
        /// Its bytes, as on a full disk.
        case writing
    }

    /// The name as it was given.
    package var path: String
    /// The system's error number.
    package var code: Int32
    package var step: Step

    package init(path: String, code: Int32, step: Step) {
        self.path = path
        self.code = code
        self.step = step
    }

    /// The system's words, or plainer ones if the name is a link.
    package var reason: String {
        code == ELOOP ? "it is a symbolic link, and none is followed here" : unsafe String(cString: strerror(code))
    }

    /// Whether a file that was to be new is there already.
    package var isTaken: Bool { code == EEXIST }
}

extension AtomicFileError: ReportableError {
    package var failure: Failure {
        switch step {
        case .creating:
            Failure(
                .cannotCreate, code: "file.cannot-create", file: path, "cannot be made: \(reason)",
                advice: "choose another place")
        case .writing:
            Failure.unwritten(path, reason)
        }
    }
}
