public import Glibc

/// Device and inode: two names that share them lead to one file.
public struct FileIdentity: Hashable, Sendable {
    public let device: UInt
    public let inode: UInt

    public init(device: UInt, inode: UInt) { (self.device, self.inode) = (device, inode) }

    public init(_ status: stat) { self.init(device: UInt(status.st_dev), inode: UInt(status.st_ino)) }

    /// What `path` leads to, links followed; `nil` where nothing is.
    public init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path.systemName, &status) == 0 else { return nil }
        self.init(status)
    }
}
