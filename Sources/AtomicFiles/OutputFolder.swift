internal import Glibc

/// A folder that a user named for outputs. It stays open, and files are created below it.
///
/// Links in the name that the user gave are followed. Links below it are not. Each folder on the way is opened inside
/// the one above it, so that a link, even a new one, cannot redirect an output.
package struct OutputFolder: Sendable {
    /// The name that the user gave.
    package let path: String
    private let folder: Folder

    /// Opens the existing folder at `path`.
    package init(_ path: String) throws(AtomicFileError) {
        self.path = path
        guard let folder = Folder(PathBytes.bytes(path)) else {
            throw AtomicFileError(path: path, code: errno, step: .creating)
        }
        self.folder = folder
    }

    /// The folder of the file `name` below this one, created if it is missing, and the file's last name.
    package func place(of name: String) throws(AtomicFileError) -> (folder: Folder, name: [UInt8]) {
        var names = PathBytes.bytes(name).split(separator: 0x2F).map(Array.init)
        let last = names.popLast() ?? []
        var folder = folder
        for name in names {
            guard let next = folder.subfolder(name) else {
                let path = PathBytes.text(folder.path + [0x2F] + name)
                throw AtomicFileError(path: path, code: errno, step: .creating)
            }
            folder = next
        }
        return (folder, last)
    }

    /// Creates the folder `name` below this one if it is missing.
    package func make(_ name: String) throws(AtomicFileError) { _ = try place(of: PathBytes.join(name, ".")) }

    /// Whether the name `name` exists in this folder.
    package func contains(_ name: String) -> Bool { folder.status(of: PathBytes.bytes(name)) != nil }

    /// Whether the folder `name` in this one is empty or missing.
    package func isEmpty(_ name: String) -> Bool {
        if !contains(name) { return true }
        guard let names = folder.subfolder(PathBytes.bytes(name))?.names(beginning: []) else { return false }
        return names.allSatisfy { $0 == [0x2E] || $0 == [0x2E, 0x2E] }
    }

    /// Removes the file called `name` in this folder.
    package func remove(_ name: String) { folder.remove(PathBytes.bytes(name)) }

    /// A file that will get the name `name` below this folder.
    package func file(
        _ name: String, permissions: AtomicFile.Permissions = .ordinary, target: AtomicFile.Target = .any
    ) throws(AtomicFileError) -> AtomicFile {
        let place = try place(of: name)
        return try AtomicFile(place.name, in: place.folder, permissions: permissions, target: target)
    }

    /// Creates or replaces the file `name` below this folder with `bytes`.
    package func write(_ bytes: [UInt8], as name: String) throws(AtomicFileError) {
        let file = try file(name)
        try file.write(bytes.span)
        try file.commit()
    }
}
