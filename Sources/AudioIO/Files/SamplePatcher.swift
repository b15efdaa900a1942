internal import AtomicFiles
import CSndfile
import Glibc

/// A file whose samples are replaced one by one, while every other byte of it stays: header, chunks, padding.
///
/// Works on containers that hold samples uncompressed; for the others ``init(path:like:)`` gives `nil`, and a copy must be
/// written anew.
@safe public final class SamplePatcher {
    @safe private enum Target {
        /// Samples lie in the file as they are, from this byte on.
        case bytes(descriptor: Int32, offset: Int)
        /// libsndfile knows where they lie.
        case soundFile(OpaquePointer)
    }
    private let path: String
    private let target: Target
    private let format: AudioFormat

    /// A patcher of the open file behind `descriptor`, which is a copy of what `reader` reads and is called `name` in
    /// messages; `nil` for a compressed container.
    public init?(descriptor: Int32, named name: String, like reader: AudioReader) {
        path = name
        format = reader.format
        switch reader.container {
        case .raw: target = .bytes(descriptor: descriptor, offset: 0)
        case .wavCopy(let head): target = .bytes(descriptor: descriptor, offset: head.header.bytes.count)
        case .wav: return nil
        case .soundFile(let code, let lossyCoding):
            guard lossyCoding == nil, reader.storedEncoding != nil, Self.patchable.contains(Int(code)) else {
                return nil
            }
            var info = SF_INFO()
            guard let handle = unsafe sf_open_fd(descriptor, Int32(SFM_RDWR), &info, 0) else { return nil }
            unsafe target = .soundFile(handle)
        }
    }

    deinit { if case .soundFile(let handle) = target { unsafe sf_close(handle) } }

    /// Puts whole frames, in the reader's encoding, in place of those from `frame` on.
    public func replace(_ encoded: Span<UInt8>, at frame: Int) throws(AudioFileError) {
        let frames = encoded.count / format.bytesPerFrame
        let done = unsafe encoded.withUnsafeBytes { raw -> Bool in
            guard let base = raw.baseAddress else { return true }
            switch target {
            case .bytes(let descriptor, let offset):
                let place = off_t(offset + frame * format.bytesPerFrame)
                return unsafe pwrite(descriptor, base, raw.count, place) == raw.count
            case .soundFile(let handle):
                return unsafe write(base, frames: frames, at: frame, handle)
            }
        }
        if !done { throw .writeFailed(path: path, reason: unsafe String(cString: strerror(errno))) }
    }

    private func write(_ base: UnsafeRawPointer, frames: Int, at frame: Int, _ handle: OpaquePointer) -> Bool {
        guard unsafe sf_seek(handle, sf_count_t(frame), SEEK_SET | Int32(SFM_WRITE)) == sf_count_t(frame) else {
            return false
        }
        let count = sf_count_t(frames)
        let samples = count * sf_count_t(format.channels)
        switch (format.encoding.kind, format.encoding.bytesPerSample) {
        case (.muLaw, _), (.aLaw, _): return unsafe sf_write_raw(handle, base, samples) == samples
        case (.signed, _), (.unsigned, _):
            return unsafe sf_writef_int(handle, base.assumingMemoryBound(to: Int32.self), count) == count
        case (_, 8): return unsafe sf_writef_double(handle, base.assumingMemoryBound(to: Double.self), count) == count
        default: return unsafe sf_writef_float(handle, base.assumingMemoryBound(to: Float.self), count) == count
        }
    }

    /// Containers that libsndfile opens for reading and writing at once.
    private static let patchable: Set<Int> = [
        SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_W64, SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_CAF,
    ]
}
