import Foundation

/// Paths that a file names, a line each, for lists longer than a command line.
enum PathList {
    /// The paths in `source` (`-` is standard input); none where it is `nil`.
    static func read(_ source: String?) throws -> [String] {
        guard let source else { return [] }
        let data: Data
        if source == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            guard let read = FileManager.default.contents(atPath: source) else {
                throw Failure(.noInput, file: source, "cannot be read", advice: "check the name")
            }
            data = read
        }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    }
}
