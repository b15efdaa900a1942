internal import AtomicFiles
package import AudioIO
internal import Glibc

/// Reads paths from a file, for lists longer than a command line.
package enum PathList {
    /// The paths in `source` (`-` is standard input), byte by byte; none if it is `nil`.
    ///
    /// If the list has a NUL, each path ends with a NUL (`find -print0`). Otherwise each ends with a line feed or with
    /// carriage return and line feed.
    package static func read(_ source: String?) throws(AudioFileError) -> [String] {
        guard let source else { return [] }
        let bytes =
            source == "-"
            ? try WholeFile.read(STDIN_FILENO, named: "-") : try WholeFile.read(source, takesPipes: true)
        let isNulled = bytes.contains(0)
        return bytes.split(separator: isNulled ? 0 : UInt8(ascii: "\n")).compactMap { line in
            let isReturned = !isNulled && line.last == UInt8(ascii: "\r")
            let name = isReturned ? line.dropLast() : line
            return name.isEmpty ? nil : PathBytes.text(name)
        }
    }
}
