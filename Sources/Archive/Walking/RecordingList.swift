internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// The recordings below the paths that a user named, and the other files there.
package struct RecordingList: Sendable {
    /// A recording that was named or found.
    package struct Item: Sendable, Hashable {
        package var path: String
        /// Its name below the path that it was found under.
        package var name: String
        /// Bytes; 0 if it is unknown.
        package var size: Int
        /// The named folder in which it was found; `nil` if it was named itself.
        package var root: String?

        /// The resolved path, if no link below the named folder leads elsewhere. Links in the folder's own name are
        /// followed.
        package var resolvedPath: String {
            PathBytes.join(FileStatus.resolved(root ?? PathBytes.folder(of: path)), name)
        }
    }

    /// Recordings, in the order of the paths given and of name within a folder.
    package private(set) var items: [Item] = []
    /// Files that were not judged and may hold tones, in the same order.
    package private(set) var skippedFiles: [SkippedFile] = []
    /// Files below folders that are clearly not audio.
    package private(set) var otherFiles: [String] = []
    /// Whether the walk was stopped before its end.
    package private(set) var isPartial = false

    /// Lists the recordings. A folder yields the recordings in it.
    ///
    /// - Parameters:
    ///   - paths: Files and folders.
    ///   - follow: Whether links to folders are followed. Each folder is walked once, so loops end.
    ///   - shouldContinue: Called for every entry; `false` ends the walk.
    package init(_ paths: [String], follow: Bool = false, shouldContinue: () -> Bool = { true }) {
        for path in paths {
            // A missing file is reported when it is judged.
            let status = path == "-" ? nil : FileStatus(path)
            switch status?.kind {
            case .folder:
                var walk = FolderWalk(path, follow: follow)
                isPartial = !walk.run(shouldContinue) || isPartial
                items += walk.items
                skippedFiles += walk.skippedFiles
                otherFiles += walk.otherFiles
            case .file, .link, .pipe, nil:
                items.append(Item(path: path, name: PathBytes.lastName(path), size: status?.size ?? 0))
            case .fifo, .socket, .device: if let thing = SkippedFile(special: path) { skippedFiles.append(thing) }
            }
        }
    }

    /// Names of recordings.
    package var paths: [String] { items.map(\.path) }

    /// Bytes of all of them.
    package var totalBytes: Int { items.reduce(0) { $0 &+ $1.size } }
}
