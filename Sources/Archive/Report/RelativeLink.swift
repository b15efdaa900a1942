internal import AtomicFiles
internal import Glibc

/// Links from a report's page to the recordings. They work as long as both keep their relative position.
struct RelativeLink {
    /// Names of the folders on the resolved path to the report.
    private let folder: [[UInt8]]

    /// Links out of the report in the existing folder `folder`.
    init(from folder: String) { self.folder = Self.parts(folder) ?? [] }

    /// A relative link to the file at `path`, percent-encoded by bytes (RFC 3986), or `nil`.
    func relative(to path: String) -> String? {
        guard path != "-", FileStatus(path)?.kind == .file, let target = Self.parts(path), !folder.isEmpty else {
            return nil
        }
        let common = zip(folder, target).prefix { $0 == $1 }.count
        let up = folder.dropFirst(common).map { _ in ".." }
        return (up + target.dropFirst(common).map(Self.encoded)).joined(separator: "/")
    }

    private static func parts(_ path: String) -> [[UInt8]]? {
        guard let target = unsafe realpath(path.systemName, nil) else { return nil }
        defer { unsafe free(target) }
        let bytes = unsafe UnsafeRawBufferPointer(start: target, count: strlen(target))
        return unsafe [[]] + Array(bytes).split(separator: UInt8(ascii: "/")).map { Array($0) }
    }

    /// Percent-encodes every byte except letters, digits and `-._~`.
    static func encoded(_ name: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF")
        return name.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }.joined()
    }
}
