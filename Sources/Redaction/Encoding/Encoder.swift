import Codecs
internal import AtomicFiles
internal import AudioIO
internal import CSndfile
internal import Glibc

/// Encodes a compressed recording again, with its own coding, its own bit rate and all its tags. Otherwise it refuses.
struct Encoder {
    let file: AtomicFile
    let recording: OpenRecording
    let reader: AudioReader
    /// The recording's length.
    let seconds: Double
    let copyFormat: CopyFormat
    let shouldContinue: () -> Bool

    /// Largest relative error of a mean bit rate, and number of attempts to reach it.
    private static let (tolerance, passes) = (0.03, 5)

    /// Encodes the samples of `fill` into the file. Returns the changes, or `nil` if it was stopped.
    func encode(_ fill: (AtomicFile) throws(RedactionRefusal) -> Bool) throws(RedactionRefusal) -> [String]? {
        let samples = try scratch()
        guard try fill(samples) else { return nil }
        return copyFormat == .same ? try encodeInPlace(samples) : try convert(samples)
    }

    /// Encodes `samples` in the recording's own coding, without correcting the encoder's delay.
    func encodeAsItIs(_ samples: AtomicFile) throws(RedactionRefusal) -> [String]? {
        let size = recording.version.size
        switch reader.container {
        case .soundFile(let code, let coding):
            let whole = code | (coding ?? (reader.storedEncoding ?? .signed16).soundFileCode)
            switch (Int(code), Int(coding ?? 0)) {
            case (SF_FORMAT_MPEG, _): return try mpeg(samples, 0..<size, whole)
            case (SF_FORMAT_WAV, SF_FORMAT_MPEG_LAYER_III): return try mpegInWAVE(samples)
            case (SF_FORMAT_FLAC, _): return try flac(samples, whole)
            case (SF_FORMAT_OGG, SF_FORMAT_OPUS), (SF_FORMAT_OGG, SF_FORMAT_VORBIS): return try ogg(samples, whole)
            case (SF_FORMAT_WAV, _), (SF_FORMAT_WAVEX, _), (SF_FORMAT_W64, _), (SF_FORMAT_AIFF, _), (SF_FORMAT_CAF, _):
                return try chunks(samples, whole)
            case (SF_FORMAT_RAW, _): return try encode(samples, into: file, whole) ? [] : nil
            default: return try FFmpegEncoder(self, samples).encode()
            }
        default:
            if let chunk = ChunkFile(recording.descriptor, size: size), chunk.isMPEGInWAVE(recording.descriptor) {
                return try mpegInWAVE(samples)
            }
            return try FFmpegEncoder(self, samples).encode()
        }
    }

    func refusal(_ detail: String) -> RedactionRefusal { .cannotEncode(path: recording.path, detail: detail) }

    /// A temporary file without a name.
    func scratch() throws(RedactionRefusal) -> AtomicFile {
        try attempt { () throws(AtomicFileError) in try AtomicFile(beside: file, permissions: .secret) }
    }

    /// Encodes `samples` with libsndfile; `false` if it was stopped.
    func encode(
        _ samples: AtomicFile, into file: AtomicFile, _ code: Int32, _ rate: EncoderRate? = nil,
        format: AudioFormat? = nil
    ) throws(RedactionRefusal) -> Bool {
        let size = samples.size
        let step = FileBytes.blockSize - FileBytes.blockSize % reader.format.bytesPerFrame
        guard ftruncate(file.descriptor, 0) == 0, lseek(file.descriptor, 0, SEEK_SET) == 0 else {
            throw .unreadable(path: recording.path, reason: systemReason())
        }
        let (format, path, shouldContinue) = (format ?? reader.format, recording.path, shouldContinue)
        return try audio { () throws(AudioFileError) in
            let writer = try AudioWriter(into: file.descriptor, named: path, format: format, code: code, encoder: rate)
            for start in stride(from: 0, to: size, by: step) {
                guard shouldContinue() else { return false }
                guard let block = FileBytes.read(samples.descriptor, start..<min(size, start + step)) else {
                    throw .readFailed(path: path, reason: systemReason())
                }
                try writer.write(encoded: block.span)
            }
            try writer.finish()
            return true
        }
    }

    /// Encodes at different rates until `measure` of the result is close to `wanted` bits a second. Returns the closest
    /// rate, or `nil` if it was stopped.
    func fit(
        _ samples: AtomicFile, into file: AtomicFile, _ code: Int32, wanted: Double,
        _ setting: (_ rate: Double) -> EncoderRate, _ measure: (Int32, Int) -> Double?
    ) throws(RedactionRefusal) -> Double? {
        var asked = wanted
        var best: (asked: Double, measured: Double)?
        for _ in 0..<Self.passes {
            guard try encode(samples, into: file, code, setting(asked)) else { return nil }
            guard let measured = measure(file.descriptor, file.size), measured > 0 else {
                throw refusal("what was encoded cannot be read")
            }
            if abs(measured / wanted - 1) < abs((best?.measured ?? 0) / wanted - 1) { best = (asked, measured) }
            if abs(measured / wanted - 1) <= Self.tolerance { return measured }
            asked *= wanted / measured
        }
        guard let best else { return nil }
        guard try encode(samples, into: file, code, setting(best.asked)) else { return nil }
        return best.measured
    }

    /// Reports a mean rate that could not be reached.
    func changes(from wanted: Double, to measured: Double) -> [String] {
        if abs(measured / wanted - 1) <= 0.1 { return [] }
        let (old, new) = (Int((wanted / 1000).rounded()), Int((measured / 1000).rounded()))
        return ["its bit rate becomes \(new) kbit/s, from \(old)"]
    }
}

extension AtomicFile {
    /// Number of bytes written so far.
    var size: Int {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }
}
