internal import AudioIO
internal import Failures

/// Reads files of settings and keys.
package enum SmallFile {
    /// The text of the file at `path`.
    ///
    /// - Throws: `Failure` if it holds more than `limit` bytes, `AudioFileError` if it cannot be read or is not a file.
    package static func text(of path: String, limit: Int = 1 << 16) throws -> String {
        let bytes: [UInt8]
        do throws(AudioFileError) { bytes = try WholeFile.read(path, limit: limit) } catch {
            guard case .cannotHold = error else { throw error }
            throw Failure(
                .dataError, code: "file.too-long", file: path, "is longer than \(limit) bytes",
                advice: "check its name")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
