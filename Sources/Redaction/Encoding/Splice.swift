internal import AtomicFiles

/// A file composed of bytes of the recording (its tags), bytes of the new encoding (its audio), and other bytes.
struct Splice {
    enum Part {
        case bytes([UInt8])
        case original(Range<Int>)
        case encoded(Range<Int>)
    }
    var parts: [Part] = []

    /// Total number of bytes.
    var count: Int {
        parts.reduce(0) {
            switch $1 {
            case .bytes(let bytes): $0 + bytes.count
            case .original(let range), .encoded(let range): $0 + range.count
            }
        }
    }

    /// Writes the parts to `file`; messages call the recording `path`.
    func write(
        to file: AtomicFile, _ original: Int32, _ encoded: Int32, of path: String, _ shouldContinue: () -> Bool
    ) throws(RedactionRefusal) -> Bool {
        for part in parts {
            switch part {
            case .bytes(let bytes): try attempt { () throws(AtomicFileError) in try file.write(bytes.span) }
            case .original(let range):
                guard try FileBytes.copy(original, range, to: file, of: path, shouldContinue) else { return false }
            case .encoded(let range):
                guard try FileBytes.copy(encoded, range, to: file, of: path, shouldContinue) else { return false }
            }
        }
        return true
    }
}

extension Splice {
    /// An MP3 file with the frames of `encoded` and the tags of the recording.
    static func mpeg(_ old: MPEGStream, size: Int, _ new: MPEGStream, encodedSize: Int) -> Splice {
        Splice(parts: [
            .original(0..<old.headBytes), .encoded(new.headBytes..<encodedSize - new.tailBytes),
            .original(size - old.tailBytes..<size),
        ])
    }
}
