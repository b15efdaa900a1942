internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// A symbolic link that was unpacked as text. Git and unpackers write it so on systems without links.
///
/// The whole text is the link's path, with at most one line feed at its end.
enum TextLink {
    /// A longer text is not a link.
    private static let longest = 1024

    /// The target named by the text in the file at `path`, seen from the file's folder; `nil` if it is not a path or
    /// the target is missing.
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
