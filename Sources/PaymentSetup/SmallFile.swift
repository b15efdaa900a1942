internal import AudioIO
internal import Failures

/// Files of settings and keys, read whole.
package enum SmallFile {
    /// The text of the file at `path`.
    ///
    /// - Throws: `Failure` where it holds more than `limit` bytes, which no such file does; `AudioFileError` where
    ///   it cannot be read, or is no file.
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
