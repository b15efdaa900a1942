import Codecs
import Glibc

/// Replaces samples of a file in place and keeps every other byte: header, chunks, padding.
///
/// The samples must be stored as they are read, in one or several stretches. For other files
/// ``init(descriptor:named:like:)`` returns `nil`, and the copy is encoded again.
package final class SamplePatcher {
    private let path: String
    private let descriptor: Int32
    private let pieces: [Range<Int>]
    private let bytesPerFrame: Int

    /// A patcher of the open file behind `descriptor`, a copy of the file that `reader` reads; `nil` for a compressed
    /// container. Messages call it `name`.
    package init?(descriptor: Int32, named name: String, like reader: AudioReader) {
        guard let pieces = reader.pieces else { return nil }
        path = name
        self.descriptor = descriptor
        self.pieces = pieces
        bytesPerFrame = reader.format.bytesPerFrame
    }

    /// Replaces the frames from `frame` on by whole frames in the reader's encoding.
    package func replace(_ encoded: Span<UInt8>, at frame: Int) throws(AudioFileError) {
        var (skipped, done) = (frame * bytesPerFrame, 0)
        for piece in pieces where done < encoded.count {
            if skipped >= piece.count {
                skipped -= piece.count
                continue
            }
            let count = min(encoded.count - done, piece.count - skipped)
            try write(encoded.extracting(done..<done + count), at: piece.lowerBound + skipped)
            (skipped, done) = (0, done + count)
        }
    }

    private func write(_ bytes: Span<UInt8>, at offset: Int) throws(AudioFileError) {
        let isDone = unsafe bytes.withUnsafeBytes { raw in
            unsafe raw.isEmpty || pwrite(descriptor, raw.baseAddress!, raw.count, off_t(offset)) == raw.count
        }
        if !isDone { throw .writeFailed(path: path, reason: systemText(errno)) }
    }
}
