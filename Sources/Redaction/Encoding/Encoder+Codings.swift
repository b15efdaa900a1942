internal import Codecs
internal import AtomicFiles
internal import AudioIO
internal import CSndfile

extension Encoder {
    /// Encodes an MP3 file. Constant rates stay constant, other rates keep their mean. ID3v2, APEv2 and ID3v1 tags stay
    /// unchanged.
    func mpeg(_ samples: AtomicFile, _ range: Range<Int>, _ code: Int32) throws(RedactionRefusal) -> [String]? {
        guard let old = MPEGStream(recording.descriptor, range),
            code & Int32(SF_FORMAT_SUBMASK) == SF_FORMAT_MPEG_LAYER_III
        else { throw refusal("its coding, MPEG layer I or II, cannot be written") }
        let encoded = try scratch()
        guard let changes = try mpeg(samples, into: encoded, like: old) else { return nil }
        guard let new = MPEGStream(encoded.descriptor, 0..<encoded.size) else {
            throw refusal("what was encoded cannot be read")
        }
        return try write(.mpeg(old, size: recording.version.size, new, encodedSize: encoded.size), encoded)
            ? changes : nil
    }

    private func mpeg(_ samples: AtomicFile, into encoded: AtomicFile, like old: MPEGStream) throws(RedactionRefusal)
        -> [String]?
    {
        let (lowest, highest) = MPEGStream.range(at: reader.format.sampleRate)
        let mode: EncoderRate.Mode = old.isConstant ? .constant : .average
        let setting = { (rate: Double) in EncoderRate(mode, level: (highest - rate) / (highest - lowest)) }
        let code = Int32(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
        guard old.isConstant else {
            let wanted = old.meanRate
            let measured = try fit(samples, into: encoded, code, wanted: wanted, setting) {
                MPEGStream($0, 0..<$1)?.meanRate
            }
            return measured.map { changes(from: wanted, to: $0) }
        }
        guard try encode(samples, into: encoded, code, setting(Double(old.rates[0]))) else { return nil }
        let new = MPEGStream(encoded.descriptor, 0..<encoded.size)
        return new?.rates == old.rates ? [] : changes(from: Double(old.rates[0]), to: new?.meanRate ?? 0)
    }

    /// Encodes MP3 in a WAVE file. Every chunk except the frames stays.
    func mpegInWAVE(_ samples: AtomicFile) throws(RedactionRefusal) -> [String]? {
        guard let chunks = ChunkFile(recording.descriptor, size: recording.version.size),
            let data = chunks.chunks.first(where: { $0.name == "data" }),
            let old = MPEGStream(recording.descriptor, data.range.dropFirst(8))
        else { throw refusal("its MP3 frames are not where its header says") }
        let encoded = try scratch()
        guard let changes = try mpeg(samples, into: encoded, like: old) else { return nil }
        guard let new = MPEGStream(encoded.descriptor, 0..<encoded.size) else {
            throw refusal("what was encoded cannot be read")
        }
        // All frames in a WAVE file are audio.
        let frames = new.headBytes + new.informationBytes..<encoded.size - new.tailBytes
        let head = Splice.waveHead("data", frames.count)
        var body: [(Splice.Part, Int)] = []
        for chunk in chunks.chunks {
            if chunk.name == "data" {
                if chunk.range != data.range { continue }
                body += [(.bytes(head), 8), (.encoded(frames), frames.count)]
            } else {
                body.append((.original(chunk.range), chunk.range.count))
            }
        }
        return try write(Splice(chunks, body), encoded) ? changes : nil
    }

    /// Encodes a FLAC file. Samples without tones stay exactly as they were, and so does every metadata block except
    /// the seek table.
    func flac(_ samples: AtomicFile, _ code: Int32) throws(RedactionRefusal) -> [String]? {
        let encoded = try scratch()
        guard try encode(samples, into: encoded, code) else { return nil }
        guard
            let old = FLACBlocks(recording.descriptor, size: recording.version.size)?.sampleBits(recording.descriptor),
            let new = FLACBlocks(encoded.descriptor, size: encoded.size)?.sampleBits(encoded.descriptor),
            let splice = Splice.flac(
                recording.descriptor, size: recording.version.size, encoded.descriptor, encodedSize: encoded.size)
        else { throw refusal("its metadata cannot be read") }
        let changes = old == new ? [] : ["its samples of \(old) bits become samples of \(new)"]
        return try write(splice, encoded) ? changes : nil
    }

    /// Encodes an Ogg file of Opus or Vorbis. The mean rate stays, or the rate that a Vorbis stream declares. All
    /// comments stay.
    func ogg(_ samples: AtomicFile, _ code: Int32) throws(RedactionRefusal) -> [String]? {
        guard let old = OggStream(recording.descriptor, size: recording.version.size), old.coding != .other else {
            throw refusal("it holds more than one stream")
        }
        let encoded = try scratch()
        let (wanted, changes): (Double, [String])
        if old.coding == .vorbis && old.nominalRate > 0 {
            wanted = Double(old.nominalRate)
            guard let rate = try nominal(old.nominalRate, code),
                try encode(samples, into: encoded, code, rate)
            else { return nil }
            let new = OggStream(encoded.descriptor, size: encoded.size)
            changes = self.changes(from: wanted, to: Double(new?.nominalRate ?? 0))
        } else {
            wanted = Double(8 * old.audioBytes) / max(0.02, seconds)
            let channels = Double(reader.format.channels)
            let (lowest, highest) =
                old.coding == .opus ? (6000 * channels, 256_000 * channels) : (wanted / 8, wanted * 8)
            let setting = { (rate: Double) in EncoderRate(.usual, level: (highest - rate) / (highest - lowest)) }
            guard
                let measured = try fit(
                    samples, into: encoded, code, wanted: wanted, setting,
                    { descriptor, size in
                        OggStream(descriptor, size: size).map { Double(8 * $0.audioBytes) / max(0.02, seconds) }
                    })
            else { return nil }
            changes = self.changes(from: wanted, to: measured)
        }
        guard let new = OggStream(encoded.descriptor, size: encoded.size), new.coding == old.coding else {
            throw refusal("what was encoded cannot be read")
        }
        return try new.write(to: file, commentsOf: old, of: recording.path, shouldContinue) ? changes : nil
    }

    /// The encoder setting at which a Vorbis stream declares the rate `wanted`; `nil` if it was stopped.
    private func nominal(_ wanted: Int, _ code: Int32) throws(RedactionRefusal) -> EncoderRate? {
        let (nothing, trial) = (try scratch(), try scratch())
        var (low, high) = (0.0, 1.0)
        for _ in 0..<12 {
            let level = (low + high) / 2
            guard try encode(nothing, into: trial, code, EncoderRate(.usual, level: level)) else { return nil }
            let rate = OggStream(trial.descriptor, size: trial.size)?.nominalRate ?? 0
            if rate == wanted { return EncoderRate(.usual, level: level) }
            if rate > wanted { low = level } else { high = level }
        }
        return EncoderRate(.usual, level: (low + high) / 2)
    }

    /// Encodes GSM, ADPCM or ALAC in a container of chunks. Every chunk stays except the samples and their description.
    func chunks(_ samples: AtomicFile, _ code: Int32) throws(RedactionRefusal) -> [String]? {
        let encoded = try scratch()
        guard let old = ChunkFile(recording.descriptor, size: recording.version.size) else {
            throw refusal("its chunks cannot be read")
        }
        let block = old.waveBlock(recording.descriptor)
        var format = reader.format
        // libsndfile chooses the block size of ADPCM by the sample rate.
        if let block, let rate = Self.blockRates[block.bytes], block.isADPCM {
            format.sampleRate = rate / format.channels
        }
        guard try encode(samples, into: encoded, code, format: format) else { return nil }
        guard let new = ChunkFile(encoded.descriptor, size: encoded.size) else {
            throw refusal("its chunks cannot be written again")
        }
        let isSameBlock = block != nil && block == new.waveBlock(encoded.descriptor)
        let isSameSize = old.kind == .aiff && old.dataBytes == new.dataBytes
        let longest = isSameBlock ? old.dataBytes : nil
        guard let splice = Splice.chunks(old, new, keepsFormat: isSameBlock || isSameSize, longest: longest) else {
            throw refusal("its chunks cannot be written again")
        }
        if !isSameBlock && format != reader.format { throw refusal("its blocks of samples have another size") }
        return try write(splice, encoded) ? [] : nil
    }

    /// The products of rate and channels for which libsndfile makes ADPCM blocks of that many bytes.
    private static let blockRates = [256: 8000, 512: 16000, 1024: 32000, 2048: 48000]

    func write(_ splice: Splice, _ encoded: AtomicFile) throws(RedactionRefusal) -> Bool {
        try splice.write(to: file, recording.descriptor, encoded.descriptor, of: recording.path, shouldContinue)
    }

    /// Converts a recording of any format to a WAVE or FLAC file.
    func convert(_ samples: AtomicFile) throws(RedactionRefusal) -> [String]? {
        let stored = reader.storedEncoding ?? .signed16
        let pcm = stored.linearBits > 16 ? SF_FORMAT_PCM_24 : SF_FORMAT_PCM_16
        let code =
            copyFormat == .flac
            ? SF_FORMAT_FLAC | pcm
            : SF_FORMAT_WAV | (stored.kind == .float ? SF_FORMAT_FLOAT : pcm)
        guard try encode(samples, into: file, Int32(code)) else { return nil }
        return ["it becomes a \(copyFormat == .flac ? "FLAC" : "WAVE") file; its tags are not kept"]
    }
}

extension ChunkFile {
    /// Whether this is a WAVE file with MPEG layer III (0x55).
    func isMPEGInWAVE(_ descriptor: Int32) -> Bool {
        guard kind == .wave, let format = chunks.first(where: { $0.name == "fmt " }),
            let body = FileBytes.read(descriptor, format.range), body.count >= 10
        else { return false }
        return body[8] == 0x55 && body[9] == 0
    }

    /// Bytes of the first chunk of samples.
    var dataBytes: Int? { chunks.first { $0.name == dataName }?.range.count }

    /// A WAVE file's format code and bytes of a block.
    struct WAVEBlock: Equatable {
        var code: Int
        var bytes: Int
        /// Whether it is IMA's or Microsoft's ADPCM.
        var isADPCM: Bool { code == 0x11 || code == 0x02 }
    }

    /// The format chunk of a WAVE file; `nil` for another file.
    func waveBlock(_ descriptor: Int32) -> WAVEBlock? {
        guard kind == .wave, let format = chunks.first(where: { $0.name == "fmt " }),
            let body = FileBytes.read(descriptor, format.range), body.count >= 24
        else { return nil }
        return WAVEBlock(code: Int(body[9]) << 8 | Int(body[8]), bytes: Int(body[21]) << 8 | Int(body[20]))
    }
}
