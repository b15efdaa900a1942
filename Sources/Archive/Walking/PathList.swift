internal import AtomicFiles
package import AudioIO
internal import Glibc

/// Paths that a file names, for lists longer than a command line.
package enum PathList {
    /// The paths in `source` (`-` is standard input), byte by byte; none where it is `nil`.
    ///
    /// A NUL ends each where there is one in the list (`find -print0`), else a line feed, with the carriage return
    /// before it.
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
