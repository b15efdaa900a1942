internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// Reads and copies bytes of open files.
enum FileBytes {
    static let blockSize = 1 << 18

    /// Bytes `range` of the file behind `descriptor`, as far as the file reaches; `nil` if reading fails.
    static func read(_ descriptor: Int32, _ range: Range<Int>) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress! + done, range.count - done, off_t(range.lowerBound + done))
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { break }
            done += count
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }

    /// Appends bytes `range` of the file behind `descriptor` to `file`; `false` if it was stopped. Messages use `path`.
    static func copy(
        _ descriptor: Int32, _ range: Range<Int>, to file: AtomicFile, of path: String, _ shouldContinue: () -> Bool
    ) throws(RedactionRefusal) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            guard shouldContinue() else { return false }
            let end = min(range.upperBound, start + blockSize)
            guard let block = read(descriptor, start..<end) else {
                throw .audio(.readFailed(path: path, reason: systemReason()))
            }
            if block.count < end - start { throw .changed(path: path) }
            try attempt { () throws(AtomicFileError) in try file.write(block.span) }
            start = end
        }
        return true
    }
}
