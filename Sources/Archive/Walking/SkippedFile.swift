/// A path that was not judged and may hold tones.
package struct SkippedFile: Error, Sendable, Hashable {
    /// Why it was not judged.
    package enum Reason: Sendable, Hashable {
        /// A file or folder that cannot be opened, or a folder that cannot be listed; in the system's words.
        case unreadable(String)
        /// A link to a folder, which was not walked.
        case linkedFolder
        /// A link that was unpacked as text, which was not followed.
        case textLink
        /// A link whose target is missing.
        case brokenLink
        case fifo
        case socket
        case device
        /// A file with packed or encrypted contents, such as a ZIP. The contents were not read.
        case packed
        /// No known suffix, and first bytes of no known kind.
        case unknown
        /// An unfinished copy of a run that was killed or is in progress.
        case unfinished
    }

    package var path: String
    package var reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// The skipped file if `path` is a named pipe, a socket or a device; `nil` otherwise.
    package init?(special path: String) {
        switch FileStatus(path)?.kind {
        case .fifo: self.init(path: path, reason: .fifo)
        case .socket: self.init(path: path, reason: .socket)
        case .device: self.init(path: path, reason: .device)
        default: return nil
        }
    }
}
