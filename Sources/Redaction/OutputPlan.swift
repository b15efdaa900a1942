internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// Plans the names of clean copies, so that no copy replaces a recording or another copy.
///
/// Files and folders are identified by device and inode. This covers other spellings of a path, links, a folder mounted
/// twice, and names that differ only in case on a file system that ignores case.
package struct OutputPlan: Sendable {
    private let folder: String
    /// The folder, once it holds a copy.
    private var output: OutputFolder?
    /// The recordings of the run.
    private let sources: [FileIdentity: String]
    /// The copies made, and their recordings.
    private var made: [FileIdentity: String] = [:]
    private var taken: [[UInt8]: String] = [:]
    /// The names of the recordings, and those names by the names of their copies.
    private let names: [String]
    private var copies: [String: [String]]?

    /// Largest rounding of times by file systems, in seconds.
    private static let timeStep = 2_000_000_000

    /// - Parameters:
    ///   - folder: Where the copies go.
    ///   - sources: The recordings of the run.
    ///   - names: Their names below the paths that the user gave.
    package init(folder: String, sources: [String], names: [String] = []) {
        (self.folder, self.names) = (folder, names)
        self.sources = Dictionary(
            sources.compactMap { path in FileIdentity(path).map { ($0, path) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The name of a recording's copy, which is also reported. If two recordings would have the same copy, the one
    /// whose suffix differs from the copy's keeps its suffix.
    mutating func name(of name: String, as copyFormat: CopyFormat) -> (copy: String, change: String?) {
        let copies = copies ?? Dictionary(grouping: Set(names), by: copyFormat.name)
        self.copies = copies
        let copy = copyFormat.name(for: name)
        guard copy != name, let other = copies[copy]?.filter({ $0 != name }).min() else { return (copy, nil) }
        let kept = "\(name).\(copyFormat.rawValue)"
        let names = [kept, copy, other].map { PathBytes.shown(PathBytes.lastName($0)) }
        return (kept, "its copy is called \(names[0]), for \(names[1]) is that of \(names[2])")
    }

    /// The place of the clean copy of the recording at `path`, called `name`. Its folder is created.
    ///
    /// - Parameters:
    ///   - name: The recording's name.
    ///   - path: The recording.
    ///   - mayBeLink: Whether the copy's name may already be a link to the recording in another folder.
    mutating func place(for name: String, of path: String, mayBeLink: Bool) throws(RedactionRefusal) -> CopyPlace {
        let target = PathBytes.join(folder, name)
        if let other = taken.updateValue(path, forKey: PathBytes.bytes(target)) {
            throw .twoRecordings(target: target, recording: other)
        }
        let place = try CopyPlace(name, below: opened())
        if !mayBeLink || !isLink(target, to: path) { try check(target, of: path) }
        return place
    }

    private mutating func opened() throws(RedactionRefusal) -> OutputFolder {
        if let output { return output }
        try audio { () throws(AudioFileError) in try WholeFile.makeFolder(folder) }
        let opened = try attempt { () throws(AtomicFileError) in try OutputFolder(folder) }
        output = opened
        return opened
    }

    /// Throws if a copy of the recording at `path` may not be called `target`.
    func check(_ target: String, of path: String) throws(RedactionRefusal) {
        guard let identity = FileIdentity(target) else { return }
        if let source = sources[identity] { throw .takesPlace(target: target, recording: source) }
        if let other = made[identity] { throw .twoRecordings(target: target, recording: other) }
        // A link is replaced, and its target stays. A file is replaced if it is an earlier copy, which its time shows.
        guard let status = Self.regular(target), let own = Self.regular(path) else { return }
        if abs(status.st_mtim.nanoseconds - own.st_mtim.nanoseconds) > Self.timeStep {
            throw .targetTaken(target: target, recording: path)
        }
    }

    /// The status of the regular file at `path`; `nil` for links and other kinds.
    private static func regular(_ path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path.systemName, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? status : nil
    }

    /// Whether `path` is a regular file and not a link.
    static func isFile(_ path: String) -> Bool { regular(path) != nil }

    private func isLink(_ target: String, to path: String) -> Bool {
        guard let identity = FileIdentity(target), identity == FileIdentity(path) else { return false }
        return FileIdentity(PathBytes.folder(of: target)) != FileIdentity(PathBytes.folder(of: resolvedPath(path)))
    }

    /// Records that the copy of `path` is at `target`.
    mutating func note(_ target: String, of path: String) {
        if let identity = FileIdentity(target) { made[identity] = path }
    }

    /// Whether the file at `path` is a copy that this run made.
    package func isMade(_ path: String) -> Bool { FileIdentity(path).map { made[$0] != nil } ?? false }

    /// Whether `path`, which was found below `root`, is in the folder of the copies.
    package func holds(_ path: String, below root: String) -> Bool {
        guard let identity = FileIdentity(folder) else { return false }
        var above = PathBytes.folder(of: path)
        while above.utf8.count > root.utf8.count, PathBytes.folder(of: above) != above {
            if FileIdentity(above) == identity { return true }
            above = PathBytes.folder(of: above)
        }
        return false
    }
}
