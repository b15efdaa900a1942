import Codecs
import CSndfile
import Glibc

/// A file that libsndfile reads or writes, in an encoding without loss.
///
/// Integers are exchanged as 32-bit integers, G.711 as its codes, floats as floats, and lossy codings (Vorbis, MP3,
/// ADPCM) as floats.
@safe final class SoundFile {
    private let handle: OpaquePointer
    let path: String
    /// The format of the bytes for ``read(frames:into:)`` and ``write(_:)``.
    let format: AudioFormat
    /// The encoding in the file; `nil` if this package has no such encoding.
    let stored: SampleEncoding?
    /// libsndfile's container and coding.
    let formatCode: Int32
    /// Number of frames in the file; `nil` if its header does not state it.
    let frameCount: Int?
    var containerCode: Int32 { formatCode & Int32(SF_FORMAT_TYPEMASK) }
    var codingCode: Int32 { formatCode & Int32(SF_FORMAT_SUBMASK) }
    private let isRaw: Bool
    private var isClosed = false
    private var isAtEnd = false
    /// The input, which stays open as long as this object.
    private let input: ByteInput?

    /// The file behind `input`, open for reading.
    ///
    /// - Parameter raw: The coding and the rate of samples without a header.
    init(reading input: ByteInput, raw: (code: Int32, rate: Int)? = nil) throws(AudioFileError) {
        var info = SF_INFO()
        if let raw { (info.format, info.samplerate, info.channels) = (raw.code, Int32(raw.rate), 1) }
        input.seek(to: 0)
        let path = input.name
        // This is a separate descriptor at the same position, because the library closes it if it cannot read the file.
        let descriptor = fcntl(input.descriptor, F_DUPFD_CLOEXEC, 3)
        guard let handle = unsafe sf_open_fd(descriptor, Int32(SFM_READ), &info, 1) else {
            throw .notAudio(path: path, detail: unsafe String(cString: sf_strerror(nil)))
        }
        unsafe self.handle = handle
        self.path = path
        self.input = input
        (stored, isRaw) = SoundFile.encoding(ofCode: info.format)
        format = AudioFormat(
            sampleRate: Int(info.samplerate), channels: Int(info.channels),
            encoding: SoundFile.interchangeEncoding(of: stored))
        formatCode = info.format & ~Int32(SF_FORMAT_ENDMASK)
        frameCount = info.frames == sf_count_t.max ? nil : max(0, Int(info.frames))
        if let flaw = format.flaw { throw .impossibleFormat(path: path, detail: flaw) }
    }

    /// A file written through `descriptor`, which is empty and which its owner keeps. Messages call it `name`.
    init(
        writing descriptor: Int32, named name: String, rate: Int, channels: Int, formatCode: Int32,
        encoder: EncoderRate? = nil
    ) throws(AudioFileError) {
        var info = SF_INFO()
        info.samplerate = Int32(clamping: rate)
        info.channels = Int32(clamping: channels)
        info.format = formatCode
        guard unsafe sf_format_check(&info) != 0 else {
            throw .cannotHold(path: name, detail: "that container has no such sample format")
        }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard let handle = unsafe sf_open_fd(copy, Int32(SFM_WRITE), &info, 1) else {
            throw .cannotCreate(path: name, reason: unsafe String(cString: sf_strerror(nil)))
        }
        unsafe self.handle = handle
        self.path = name
        input = nil
        (stored, isRaw) = SoundFile.encoding(ofCode: formatCode)
        format = AudioFormat(sampleRate: rate, channels: channels, encoding: SoundFile.interchangeEncoding(of: stored))
        self.formatCode = formatCode
        frameCount = 0
        _ = unsafe sf_command(handle, Int32(SFC_SET_CLIPPING), nil, 1)
        unsafe encoder?.apply(to: handle)
    }

    deinit { close() }

    /// The parts that were not decoded when the input ended after `framesRead` frames.
    func unreadParts(framesRead: Int) -> [UnreadPart] {
        guard isAtEnd, let input else { return [] }
        // The number of frames of a lossy coding is only an estimate.
        if stored != nil || [SF_FORMAT_FLAC, SF_FORMAT_OGG].contains(Int(containerCode)), let frameCount,
            framesRead < frameCount
        {
            return [UnreadPart(.undecoded, "it cannot be decoded beyond frame \(framesRead) of \(frameCount)")]
        }
        let behind = input.size - input.position
        guard Self.readsToTheEnd.contains(Int(containerCode)), behind > Self.toleratedBytes else { return [] }
        let range = input.position..<input.size
        return [UnreadPart(.undecoded, bytes: range, "the decoder stopped \(behind) bytes before the file's end")]
    }

    /// Containers in which only samples follow the first sample.
    private static let readsToTheEnd: Set<Int> = [SF_FORMAT_FLAC, SF_FORMAT_OGG, SF_FORMAT_MPEG, SF_FORMAT_RAW]
    /// Largest number of bytes of a tag after the last sample. ID3v1 and APE have a few hundred at most.
    private static let toleratedBytes = 4096

    /// Reads up to `frames` frames and appends them to `bytes`. Returns 0 at the end.
    func read(frames: Int, into bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        let limit = frames * format.bytesPerFrame
        bytes.append(contentsOf: repeatElement(0, count: limit))
        let count = unsafe bytes.withUnsafeMutableBytes { raw in
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: raw[start...])
            return unsafe transfer(target.baseAddress!, frames: frames)
        }
        bytes.removeLast(limit - count * format.bytesPerFrame)
        if count <= 0 { isAtEnd = true }
        return count
    }

    private func transfer(_ target: UnsafeMutableRawPointer, frames: Int) -> Int {
        let count = sf_count_t(frames)
        if isRaw {
            return unsafe max(0, Int(sf_read_raw(handle, target, count * sf_count_t(format.channels))))
                / format.channels
        }
        switch (format.encoding.kind, format.encoding.bytesPerSample) {
        case (.signed, _): return unsafe Int(sf_readf_int(handle, target.assumingMemoryBound(to: Int32.self), count))
        case (_, 8): return unsafe Int(sf_readf_double(handle, target.assumingMemoryBound(to: Double.self), count))
        default: return unsafe Int(sf_readf_float(handle, target.assumingMemoryBound(to: Float.self), count))
        }
    }

    /// Writes whole frames in ``format``.
    func write(_ bytes: Span<UInt8>) throws(AudioFileError) {
        let frames = sf_count_t(bytes.count / format.bytesPerFrame)
        let written: sf_count_t = unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return 0 }
            if isRaw {
                return unsafe sf_write_raw(handle, base, frames * sf_count_t(format.channels))
                    / sf_count_t(format.channels)
            }
            switch (format.encoding.kind, format.encoding.bytesPerSample) {
            case (.signed, _): return unsafe sf_writef_int(handle, base.assumingMemoryBound(to: Int32.self), frames)
            case (_, 8): return unsafe sf_writef_double(handle, base.assumingMemoryBound(to: Double.self), frames)
            default: return unsafe sf_writef_float(handle, base.assumingMemoryBound(to: Float.self), frames)
            }
        }
        if written != frames { throw .writeFailed(path: path, reason: unsafe String(cString: sf_strerror(handle))) }
    }

    /// Completes the file on disk. libsndfile writes its header last.
    func close() {
        if !isClosed { unsafe sf_close(handle) }
        isClosed = true
    }
}

extension SoundFile {
    /// The codings of libsndfile that are encodings of `Codecs`.
    fileprivate static let codings: [(code: Int, encoding: SampleEncoding)] = [
        (SF_FORMAT_PCM_S8, .signed8), (SF_FORMAT_PCM_U8, .unsigned8), (SF_FORMAT_PCM_16, .signed16),
        (SF_FORMAT_PCM_24, .signed24), (SF_FORMAT_PCM_32, .signed32), (SF_FORMAT_FLOAT, .float32),
        (SF_FORMAT_DOUBLE, .float64), (SF_FORMAT_ULAW, .muLaw), (SF_FORMAT_ALAW, .aLaw),
    ]

    /// The encoding for a coding of libsndfile, and whether its codes are exchanged unchanged.
    static func encoding(ofCode code: Int32) -> (SampleEncoding?, isRaw: Bool) {
        let stored = codings.first { $0.code == Int(code) & SF_FORMAT_SUBMASK }?.encoding
        return (stored, stored?.kind.isG711 == true)
    }

    /// The encoding in which samples stored as `stored` are exchanged with libsndfile.
    static func interchangeEncoding(of stored: SampleEncoding?) -> SampleEncoding {
        guard let stored else { return .float32 }
        return stored.kind == .signed || stored.kind == .unsigned ? .signed32 : stored
    }
}

extension SampleEncoding {
    /// libsndfile's coding for samples in this encoding, or a linear one that can hold them.
    package var soundFileCode: Int32 {
        let same = SoundFile.codings.first { $0.encoding.kind == kind && $0.encoding.bytesPerSample == bytesPerSample }
        return Int32(
            same?.code
                ?? (linearBits > 24 ? SF_FORMAT_PCM_32 : linearBits > 16 ? SF_FORMAT_PCM_24 : SF_FORMAT_PCM_16))
    }
}
