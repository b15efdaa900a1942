/// Something below the paths that a user named, of which nobody can say that it holds no tones.
public struct PassedOver: Error, Sendable, Hashable {
    /// Why it was not judged.
    public enum Reason: Sendable, Hashable {
        /// A file or folder that cannot be opened, or a folder that cannot be listed; in the system's words.
        case unreadable(String)
        /// A link to a folder, which was not walked.
        case linkedFolder
        /// A link that leads nowhere.
        case brokenLink
        case fifo
        case socket
        case device
        /// Files packed or encrypted in one, as ZIP; nobody heard what is in it.
        case packed
        /// No known suffix, and first bytes of no known kind.
        case unknown
        /// The unfinished copy of a run that was killed, or that is under way.
        case unfinished
    }

    public var path: String
    public var reason: Reason

    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}
