internal import CFileCalls
internal import Glibc

/// Owner, permissions, access lists, extended attributes and times of a file.
enum FileProperties {
    /// Copies the properties of the open file `original` to the open file `copy`.
    ///
    /// - Parameter strictly: Whether the copy replaces the original. It then throws if it cannot set the owner, the
    ///   access list or the attributes. Otherwise the copy gets the properties that this user may set, and no
    ///   permission that the original does not have.
    static func copy(
        from original: OpenRecording, to copy: Int32, strictly: Bool
    ) throws(RedactionRefusal) {
        var (status, own) = (stat(), stat())
        guard unsafe fstat(original.descriptor, &status) == 0, unsafe fstat(copy, &own) == 0 else {
            throw .unreadable(path: original.path, reason: systemReason())
        }
        var mode = status.st_mode & 0o7777
        if own.st_uid != status.st_uid || own.st_gid != status.st_gid,
            fchown(copy, status.st_uid, status.st_gid) != 0
        {
            if strictly { throw .cannotKeep(path: original.path, what: "its owner or group") }
            // The permissions of a different group must not apply to this one.
            mode &= 0o707
            if fchown(copy, .max, status.st_gid) == 0 { mode = status.st_mode & 0o777 }
        }
        fchmod(copy, mode)
        try copyAttributes(from: original, to: copy, strictly: strictly)
        let times = [status.st_atim, status.st_mtim]
        guard unsafe futimens(copy, times) == 0 else { throw .cannotKeep(path: original.path, what: "its times") }
    }

    private static func copyAttributes(
        from original: OpenRecording, to copy: Int32, strictly: Bool
    ) throws(RedactionRefusal) {
        let names = attributes(of: original.descriptor)
        // The default access list of a folder does not apply to the recording.
        for name in attributes(of: copy) where !names.contains(name) { _ = unsafe fremovexattr(copy, name) }
        for name in names {
            var value = [UInt8](repeating: 0, count: 1 << 16)
            let count = unsafe fgetxattr(original.descriptor, name, &value, value.count)
            let isSet = unsafe count >= 0 && fsetxattr(copy, name, value, count, 0) == 0
            let text = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // Other attributes, such as SELinux labels, are set by the system.
            if !isSet && strictly && (text.hasPrefix("user.") || text.hasPrefix("system.posix_acl")) {
                throw .cannotKeep(path: original.path, what: "its attribute \(text)")
            }
        }
    }

    /// Names of a file's attributes, each with its NUL; empty if the file system has no attributes.
    private static func attributes(of descriptor: Int32) -> [[CChar]] {
        var names = [CChar](repeating: 0, count: 1 << 16)
        let length = unsafe flistxattr(descriptor, &names, names.count)
        return length > 0 ? names.prefix(length).split(separator: 0).map { Array($0) + [0] } : []
    }
}
