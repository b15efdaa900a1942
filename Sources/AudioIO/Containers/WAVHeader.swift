import Codecs

/// The header of a RIFF/WAVE file, from `RIFF` to the size of its `data` chunk.
struct WAVHeader: Sendable {
    /// The bytes before the first sample, unchanged.
    var bytes: [UInt8]
    var format: AudioFormat

    /// Whether all its sizes have 32 bits.
    var isRIFF: Bool { bytes.starts(with: "RIFF".utf8) }

    /// The header of a file that was read, for a copy that keeps its format code, `LIST`, `fact` and other chunks.
    init(bytes: [UInt8], format: AudioFormat) {
        self.bytes = bytes
        self.format = format
    }

    /// A header for `frameCount` frames of `format`; `nil` frames mean a stream of unknown length.
    ///
    /// PCM has the common header of 44 bytes. Other codings have the extension size and the `fact` chunk that the
    /// format requires. `nil` if WAVE has no code for the encoding.
    init?(writing format: AudioFormat, frameCount: Int? = nil) {
        let encoding = format.encoding
        guard encoding == encoding.inWAVE,
            let code = StoredFormat.waveCodes[encoding == .unsigned8 ? .signed : encoding.kind]
        else { return nil }
        var chunk = Array("fmt ".utf8)
        chunk.appendLittleEndian(code == 1 ? 16 : 18, bytes: 4)
        chunk.appendLittleEndian(code, bytes: 2)
        chunk.appendLittleEndian(format.channels, bytes: 2)
        chunk.appendLittleEndian(format.sampleRate, bytes: 4)
        chunk.appendLittleEndian(format.sampleRate * format.bytesPerFrame, bytes: 4)
        chunk.appendLittleEndian(format.bytesPerFrame, bytes: 2)
        chunk.appendLittleEndian(8 * format.encoding.bytesPerSample, bytes: 2)
        if code != 1 {
            chunk.appendLittleEndian(0, bytes: 2)
            chunk += Array("fact".utf8)
            chunk.appendLittleEndian(4, bytes: 4)
            chunk.appendLittleEndian(min(frameCount ?? .max, 0xFFFF_FFFF), bytes: 4)
        }
        let dataBytes = frameCount.map { $0 * format.bytesPerFrame }
        bytes = Array("RIFF".utf8)
        bytes.appendLittleEndian(min(dataBytes.map { $0 + $0 % 2 + chunk.count + 12 } ?? .max, 0xFFFF_FFFF), bytes: 4)
        bytes += Array("WAVE".utf8) + chunk + Array("data".utf8)
        bytes.appendLittleEndian(min(dataBytes ?? .max, 0xFFFF_FFFF), bytes: 4)
        self.format = format
    }

    /// The offsets and bytes to write after `dataBytes` bytes of samples are in the file. `fileBytes` includes padding.
    ///
    /// Sizes beyond 32 bits stay "until the end", which this package and the writers above understand.
    func corrections(dataBytes: Int, fileBytes: Int) -> [(offset: Int, bytes: [UInt8])] {
        var corrections: [(offset: Int, bytes: [UInt8])] = []
        func put(_ value: Int, at offset: Int) {
            var field: [UInt8] = []
            field.appendLittleEndian(min(value, 0xFFFF_FFFF), bytes: 4)
            corrections.append((offset, field))
        }
        put(fileBytes - 8, at: 4)
        if let fact = factOffset { put(dataBytes / format.bytesPerFrame, at: fact) }
        put(dataBytes, at: bytes.count - 4)
        return corrections
    }

    /// Offset of the number of frames in the `fact` chunk.
    private var factOffset: Int? {
        var offset = 12
        while offset + 12 <= bytes.count {
            if bytes[offset..<offset + 4].elementsEqual("fact".utf8) { return offset + 8 }
            let size = bytes[...].littleEndian(at: offset + 4, bytes: 4)
            offset += 8 + size + size % 2
        }
        return nil
    }
}

extension [UInt8] {
    mutating func appendLittleEndian(_ value: Int, bytes: Int) {
        for shift in 0..<bytes { append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
    }
}
