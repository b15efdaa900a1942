internal import Foundation

/// The recordings below the paths that a user named.
public struct RecordingList: Sendable {
    /// Names of recordings, in the order of the paths given and of name within a folder.
    public private(set) var paths: [String] = []
    /// Each one's name below the path that it was found under.
    public private(set) var names: [String] = []
    /// Size of each in bytes; 0 where it cannot be told.
    public private(set) var sizes: [Int] = []
    /// Files below folders that are no recordings by name or first bytes.
    public private(set) var otherFiles = 0

    /// Extensions of files in a folder that are taken for recordings; a file that is named is always one.
    public static let extensions: Set<String> = [
        "wav", "wave", "rf64", "w64", "flac", "ogg", "oga", "opus", "mp3", "au", "snd", "gsm", "aif", "aiff", "aifc",
        "caf", "voc", "sph", "raw", "pcm", "ul", "al", "ulaw", "alaw", "vox", "avr", "paf", "svx", "ircam", "sf",
    ]

    /// What audio files begin with, for files whose name does not tell.
    private static let magics = ["RIFF", "RIFX", "RF64", "riff", "fLaC", "OggS", ".snd", "FORM", "caff", "ID3"]

    /// `paths`, with every folder replaced by the recordings below it; links to folders below them are not followed.
    public init(_ paths: [String]) {
        for path in paths {
            let target = URL(filePath: path).resolvingSymlinksInPath().path
            let attributes = try? FileManager.default.attributesOfItem(atPath: target)
            if attributes?[.type] as? FileAttributeType == .typeDirectory {
                addFolder(path)
            } else {
                add(
                    path, name: (path as NSString).lastPathComponent,
                    size: (attributes?[.size] as? NSNumber)?.intValue ?? 0)
            }
        }
    }

    /// Bytes of all of them.
    public var totalBytes: Int { sizes.reduce(0, +) }

    private mutating func add(_ path: String, name: String, size: Int) {
        paths.append(path)
        names.append(name)
        sizes.append(size)
    }

    private mutating func addFolder(_ folder: String) {
        var below: [(path: String, name: String, size: Int)] = []
        let walker = FileManager.default.enumerator(atPath: folder)
        while let name = walker?.nextObject() as? String {
            guard let attributes = walker?.fileAttributes,
                attributes[.type] as? FileAttributeType != .typeDirectory
            else { continue }
            // What a killed `redact` left is a recording's copy in the making, not a recording.
            if (name as NSString).lastPathComponent.hasPrefix(".redacting-") { continue }
            let path = (folder as NSString).appendingPathComponent(name)
            if Self.extensions.contains((name as NSString).pathExtension.lowercased()) || Self.beginsAsAudio(path) {
                below.append((path, name, (attributes[.size] as? NSNumber)?.intValue ?? 0))
            } else {
                otherFiles += 1
            }
        }
        for found in below.sorted(by: { $0.path < $1.path }) { add(found.path, name: found.name, size: found.size) }
    }

    private static func beginsAsAudio(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        let head = (try? handle.read(upToCount: 4)) ?? Data()
        let text = String(decoding: head, as: UTF8.self)
        return magics.contains { text.hasPrefix($0) }
    }
}
