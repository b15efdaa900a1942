internal import Foundation

/// The recordings below the paths that a user named.
public enum RecordingList {
    /// Extensions of files in a folder that are taken for recordings; a file that is named is always one.
    public static let extensions: Set<String> = [
        "wav", "wave", "rf64", "w64", "flac", "ogg", "oga", "opus", "mp3", "au", "snd", "gsm", "aif", "aiff", "aifc",
        "caf", "voc", "sph", "raw", "pcm", "ul", "al", "ulaw", "alaw", "vox", "wv", "avr", "paf", "svx", "ircam", "sf",
    ]

    /// `paths`, with every folder replaced by the recordings below it in order of name; a folder is never followed twice.
    public static func walk(_ paths: [String]) -> [String] {
        var found: [String] = []
        for path in paths {
            let target = URL(filePath: path).resolvingSymlinksInPath().path
            let type = try? FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
            guard type == .typeDirectory else {
                found.append(path)
                continue
            }
            var below: [String] = []
            let walker = FileManager.default.enumerator(atPath: path)
            while let name = walker?.nextObject() as? String {
                let suffix = (name as NSString).pathExtension.lowercased()
                if extensions.contains(suffix), walker?.fileAttributes?[.type] as? FileAttributeType != .typeDirectory {
                    below.append((path as NSString).appendingPathComponent(name))
                }
            }
            found += below.sorted()
        }
        return found
    }
}
