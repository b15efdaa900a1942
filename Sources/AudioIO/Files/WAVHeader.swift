/// The head of a RIFF/WAVE file, from `RIFF` to the size of its `data` chunk.
///
/// It is read chunk by chunk, without seeking, so that a pipe's header does as well as a file's. Its bytes are kept, so
/// that a copy of the audio has the same head: the same format code, `LIST`, `fact` and all.
struct WAVHeader: Sendable {
    /// What comes before the first sample, verbatim.
    var bytes: [UInt8]
    var format: AudioFormat
    /// Bytes of samples that the header promises.
    var claimedBytes: Int

    /// Sizes from here on are what writers to pipes put for "until the end": 0x7fff0000 (GStreamer), 0x7ffff000 (sox),
    /// 0x80000000 (arecord), 0xffffffff (ffmpeg).
    static let endlessSize = 0x7FFF_0000

    /// Whether the promise is none: a writer that could not seek, or that died before it knew.
    var isOpenEnded: Bool { claimedBytes == 0 || claimedBytes >= WAVHeader.endlessSize }

    /// What the first bytes of an input say.
    enum Verdict {
        case header(WAVHeader)
        /// A WAVE file of another coding (format code) or byte order.
        case otherCoding(String)
        case notWAVE
    }

    /// The header at the start of `input`; nothing is taken from the input where that is no WAVE.
    static func read(from input: ByteInput) throws(AudioFileError) -> Verdict {
        let start = try input.peek(12)
        guard start.count == 12, Array(start[8..<12]) == Array("WAVE".utf8) else { return .notWAVE }
        switch String(decoding: start[0..<4], as: UTF8.self) {
        case "RIFF", "RF64": break
        case "RIFX": return .otherCoding("big-endian RIFX")
        default: return .notWAVE
        }
        var reader = ChunkReader(input: input, bytes: try input.readFully(12))
        return try reader.readToData()
    }
}

/// The walk from chunk to chunk up to `data`.
private struct ChunkReader {
    let input: ByteInput
    var bytes: [UInt8]
    var format: Verdict = .missing
    /// Size of the samples as a `ds64` chunk gives it (EBU Tech 3306).
    var longSize: Int?

    enum Verdict {
        case missing
        case known(AudioFormat)
        case other(String)
    }

    /// Chunks before `data` are kept in memory up to this size; none in use comes near.
    static let longestChunk = 1 << 24

    mutating func readToData() throws(AudioFileError) -> WAVHeader.Verdict {
        while true {
            let head = try take(8)
            let size = head.littleEndian(at: 4, bytes: 4)
            switch String(decoding: head[0..<4], as: UTF8.self) {
            case "data": return try verdict(dataSize: size)
            case "fmt ": format = ChunkReader.format(of: try take(padded(size)))
            case "ds64":
                let body = try take(padded(size))
                // No size reaches the highest bit; all ones are "until the end" here, too.
                if body.count >= 16 { longSize = body.littleEndian(at: 8, bytes: 8) & .max }
            default: _ = try take(padded(size))
            }
        }
    }

    private func verdict(dataSize: Int) throws(AudioFileError) -> WAVHeader.Verdict {
        switch format {
        case .missing: throw .notAudio(path: input.name, detail: "it has no fmt chunk before its samples")
        case .other(let coding): return .otherCoding(coding)
        case .known(let format):
            if let flaw = format.flaw { throw .impossibleFormat(path: input.name, detail: flaw) }
            let claimed = dataSize == 0xFFFF_FFFF ? longSize ?? dataSize : dataSize
            return .header(WAVHeader(bytes: bytes, format: format, claimedBytes: claimed))
        }
    }

    private func padded(_ size: Int) -> Int { size + size % 2 }

    private mutating func take(_ count: Int) throws(AudioFileError) -> ArraySlice<UInt8> {
        guard count <= ChunkReader.longestChunk else {
            throw .notAudio(path: input.name, detail: "a chunk of \(count) bytes stands before its samples")
        }
        let taken = try input.readFully(count)
        guard taken.count == count else { throw .truncatedHeader(path: input.name) }
        bytes += taken
        return taken[...]
    }

    /// The format that a `fmt ` chunk describes.
    ///
    /// The container's width counts, not the valid bits: samples are left-justified in it.
    static func format(of chunk: ArraySlice<UInt8>) -> Verdict {
        let chunk = chunk[...]
        guard chunk.count >= 16 else { return .other("a format chunk of \(chunk.count) bytes") }
        var code = chunk.littleEndian(at: 0, bytes: 2)
        let channels = chunk.littleEndian(at: 2, bytes: 2)
        let blockAlign = chunk.littleEndian(at: 12, bytes: 2)
        if code == 0xFFFE, chunk.count >= 26 { code = chunk.littleEndian(at: 24, bytes: 2) }
        let kind: SampleEncoding.Kind
        switch code {
        case 1: kind = .signed
        case 3: kind = .float
        case 6: kind = .aLaw
        case 7: kind = .muLaw
        default: return .other("coding \(code)")
        }
        let bits = channels > 0 ? 8 * (blockAlign / channels) : chunk.littleEndian(at: 14, bytes: 2)
        guard let encoding = SampleEncoding(kind == .signed && bits == 8 ? .unsigned : kind, bits: bits) else {
            return .other("coding \(code) with samples of \(bits) bits")
        }
        return .known(
            AudioFormat(sampleRate: chunk.littleEndian(at: 4, bytes: 4), channels: channels, encoding: encoding))
    }
}

extension ArraySlice<UInt8> {
    /// An unsigned number of `bytes` bytes, `offset` from the start.
    func littleEndian(at offset: Int, bytes: Int) -> Int {
        (0..<bytes).reversed().reduce(0) { $0 << 8 | Int(self[startIndex + offset + $1]) }
    }
}
