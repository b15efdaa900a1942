package import Glibc

/// Device and inode. Two names with the same identity lead to one file.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt
    package let inode: UInt

    package init(device: UInt, inode: UInt) { (self.device, self.inode) = (device, inode) }

    package init(_ status: stat) { self.init(device: UInt(status.st_dev), inode: UInt(status.st_ino)) }

    /// The identity of the file that `path` leads to through links, or `nil`.
    package init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path.systemName, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The identity of the file open as `descriptor`, or `nil`.
    package init?(_ descriptor: Int32) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }
}
