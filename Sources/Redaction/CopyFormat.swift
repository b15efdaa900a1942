internal import AtomicFiles

/// The format of a clean copy.
package enum CopyFormat: String, Sendable, CaseIterable {
    /// The format of the recording.
    case same
    /// A WAVE file of PCM.
    case wav
    /// A FLAC file.
    case flac

    /// The name of the copy of a recording called `name`.
    func name(for name: String) -> String {
        guard self != .same, PathBytes.suffix(name) != rawValue else { return name }
        let last = PathBytes.lastName(name)
        let suffix = PathBytes.suffix(name)
        let stem = suffix.isEmpty ? name : String(decoding: name.utf8.dropLast(suffix.utf8.count + 1), as: UTF8.self)
        return last.utf8.first == UInt8(ascii: ".") && stem.isEmpty ? "\(name).\(rawValue)" : "\(stem).\(rawValue)"
    }
}
