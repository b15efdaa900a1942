internal import Glibc

/// A path that is neither a file nor a folder, and that may block its reader.
package enum SpecialFile: Sendable, Hashable {
    /// A named pipe.
    case fifo
    /// An unnamed pipe opened by a shell: `<(…)`.
    case pipe
    case socket, device

    /// The kind of file with this mode and device; `nil` for a file, a folder and a link.
    package init?(mode: UInt32, device: UInt) {
        switch mode & S_IFMT {
        case S_IFREG, S_IFDIR, S_IFLNK: return nil
        case S_IFIFO: self = Self.isNameless(device) ? .pipe : .fifo
        case S_IFSOCK: self = .socket
        default: self = .device
        }
    }

    /// The special file behind an open descriptor.
    package init?(_ descriptor: Int32) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        self.init(mode: status.st_mode, device: UInt(status.st_dev))
    }

    /// The kind in words if it must not be read; `nil` for a pipe opened by the shell.
    var words: String? {
        switch self {
        case .fifo: "a pipe (FIFO)"
        case .socket: "a socket"
        case .device: "a device"
        case .pipe: nil
        }
    }

    /// Whether a pipe is on the system's device for unnamed pipes.
    private static func isNameless(_ device: UInt) -> Bool {
        var ends: [Int32] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { return false }
        defer { for end in ends { close(end) } }
        var own = stat()
        return unsafe fstat(ends[0], &own) == 0 && UInt(own.st_dev) == device
    }
}
