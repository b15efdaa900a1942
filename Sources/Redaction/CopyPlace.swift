internal import AtomicFiles

/// The place of a clean copy: a name in an open folder, so that no link can redirect it.
struct CopyPlace {
    /// The path, for messages and for reading.
    let path: String
    let folder: Folder
    let name: [UInt8]

    /// The place of the file at `path`, in its own folder.
    init(_ path: String) throws(RedactionRefusal) {
        self.path = path
        name = PathBytes.bytes(PathBytes.lastName(path))
        guard let folder = Folder(PathBytes.bytes(PathBytes.folder(of: path))) else {
            throw .unreadable(path: path, reason: systemReason())
        }
        self.folder = folder
    }

    /// The place called `name` below `output`. Missing folders are created.
    init(_ name: String, below output: OutputFolder) throws(RedactionRefusal) {
        path = PathBytes.join(output.path, name)
        (folder, self.name) = try attempt { () throws(AtomicFileError) in try output.place(of: name) }
    }

    /// The file at this place.
    func file() throws(RedactionRefusal) -> AtomicFile {
        try attempt { () throws(AtomicFileError) in
            try AtomicFile(name, in: folder, path: PathBytes.bytes(path), permissions: .secret)
        }
    }

    /// Removes unfinished copies that killed runs left here, and returns their names.
    func removeStale() -> [String] { StaleFiles.remove(madeFor: name, in: folder).map { PathBytes.text($0) } }
}
