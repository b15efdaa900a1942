/// Where a path leads, through links and other spellings: a file that is there, or a name in a folder.
package enum FileLocation: Hashable, Sendable {
    case file(FileIdentity)
    case name([UInt8], in: FileIdentity)

    /// `nil` if not even the folder is there.
    package init?(_ path: String) {
        if let file = FileIdentity(path) {
            self = .file(file)
            return
        }
        let parts = pathParts(PathBytes.bytes(path))
        guard let folder = FileIdentity(PathBytes.text(parts.folder)) else { return nil }
        self = .name(parts.name, in: folder)
    }
}
