internal import Glibc

/// Where a path leads, through links and other spellings: a file that is there, or a name in a folder.
public enum FilePlace: Hashable, Sendable {
    case file(device: UInt64, inode: UInt64)
    case name([UInt8], folderDevice: UInt64, folderInode: UInt64)

    /// `nil` where not even the folder is there.
    public init?(_ path: String) {
        var status = stat()
        if unsafe stat(path.systemName, &status) == 0 {
            self = .file(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
            return
        }
        let parts = pathParts(PathBytes.bytes(path))
        guard unsafe stat(PathBytes.text(parts.folder.isEmpty ? [0x2E] : parts.folder).systemName, &status) == 0 else {
            return nil
        }
        self = .name(parts.name, folderDevice: UInt64(status.st_dev), folderInode: UInt64(status.st_ino))
    }
}
