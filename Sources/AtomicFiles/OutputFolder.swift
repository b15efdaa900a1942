internal import Glibc

/// A folder that a user named for outputs, held open, and the way to files below it.
///
/// Links in the name that the user gave are followed. Below it none is: each folder on the way is opened in the one
/// above it, so that no link, and none that is put there meanwhile, leads an output elsewhere.
package struct OutputFolder: Sendable {
    /// The name as it was given.
    package let path: String
    private let folder: Folder

    /// The folder at `path`, which is there.
    package init(_ path: String) throws(AtomicFileError) {
        self.path = path
        guard let folder = Folder(PathBytes.bytes(path)) else {
            throw AtomicFileError(path: path, code: errno, step: .creating)
        }
        self.folder = folder
    }

    /// The folder of the file `name` below this one, made if it is missing, and the file's last name.
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

    /// Makes the folder `name` below this one if it is missing.
    package func make(_ name: String) throws(AtomicFileError) { _ = try place(of: PathBytes.join(name, ".")) }

    /// Whether something is called `name` in this folder.
    package func contains(_ name: String) -> Bool { folder.status(of: PathBytes.bytes(name)) != nil }

    /// Whether the folder `name` in this one is empty or missing.
    package func isEmpty(_ name: String) -> Bool {
        if !contains(name) { return true }
        guard let names = folder.subfolder(PathBytes.bytes(name))?.names(beginning: []) else { return false }
        return names.allSatisfy { $0 == [0x2E] || $0 == [0x2E, 0x2E] }
    }

    /// Removes the file called `name` in this folder.
    package func remove(_ name: String) { folder.remove(PathBytes.bytes(name)) }

    /// A file that will be called `name`, below this folder.
    package func file(
        _ name: String, permissions: AtomicFile.Permissions = .ordinary, target: AtomicFile.Target = .any
    ) throws(AtomicFileError) -> AtomicFile {
        let place = try place(of: name)
        return try AtomicFile(place.name, in: place.folder, permissions: permissions, target: target)
    }

    /// Makes or replaces the file `name` below this folder with `bytes`.
    package func write(_ bytes: [UInt8], as name: String) throws(AtomicFileError) {
        let file = try file(name)
        try file.write(bytes.span)
        try file.commit()
    }
}
