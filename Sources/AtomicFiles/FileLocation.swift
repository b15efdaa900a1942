/// The location of a path after links and other spellings: an existing file, or a name in a folder.
package enum FileLocation: Hashable, Sendable {
    case file(FileIdentity)
    case name([UInt8], in: FileIdentity)

    /// Returns `nil` if even the folder is missing.
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
