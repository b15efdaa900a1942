package import Failures
internal import Glibc

/// A file could not be created.
package struct AtomicFileError: Error, Sendable, Hashable {
    /// The step that failed.
    package enum Step: Sendable, Hashable {
        /// Creating the file, its folder or its name.
        case creating
        /// Writing its bytes, for example on a full disk.
        case writing
    }

    /// The name that the user gave.
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

    /// Whether the file exists although it had to be new.
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
