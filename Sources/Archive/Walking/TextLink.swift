internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// A symbolic link that was unpacked as text, as git and unpackers write it on systems without links.
///
/// The whole text is the link's path, with at most one line feed at its end.
enum TextLink {
    /// Longer texts are no links.
    private static let longest = 1024

    /// What the text in the file at `path` leads to, seen from the file's folder; `nil` if it is no path, or leads
    /// nowhere.
    static func target(of path: String, size: Int) -> String? {
        guard (1...longest).contains(size) else { return nil }
        let descriptor = unsafe open(path.systemName, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: longest + 1)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        guard (1...longest).contains(count) else { return nil }
        bytes.removeLast(bytes.count - count)
        if bytes.last == 0x0A { bytes.removeLast() }
        guard !bytes.isEmpty, !bytes.contains(0x0A), !bytes.contains(0) else { return nil }
        let text = PathBytes.text(bytes)
        let target = bytes[0] == UInt8(ascii: "/") ? text : PathBytes.join(PathBytes.folder(of: path), text)
        return FileStatus(target) == nil ? nil : target
    }
}
