package import Codecs
package import AtomicFiles

/// Writes audio in order to a file or to standard output.
///
/// A file gets its name at ``finish()``. Without it, no file is left.
package final class AudioWriter {
    /// The name that the user gave; `-` is standard output.
    package var name: String { output.name }
    /// The format of the bytes for ``write(encoded:)``.
    package let format: AudioFormat

    private enum Target {
        case raw
        case wav(WAVHeader)
        case soundFile(SoundFile)
    }
    /// How a copy's sample format differs from its input's, as the end of a sentence; `nil` if it is the same.
    package private(set) var change: String?
    private let output: OutputFile
    private let target: Target
    /// The encoding that the target takes.
    private let targetEncoding: SampleEncoding
    private lazy var codec: any AudioCodec = SampleCodec(targetEncoding, channels: format.channels)
    private var dataBytes = 0
    private var decoded: [Float] = []
    private var bytes: [UInt8] = []

    /// A writer for the output called `name` (`-` is standard output), of samples in `format`.
    ///
    /// - Parameters:
    ///   - container: The container of the samples; `nil` to take it from the name, or WAVE by default.
    ///   - storedAs: The encoding in the file; `nil` for that of `format`.
    ///   - frameCount: Number of frames, if known. The header in a pipe then has the right sizes.
    ///   - stop: A descriptor that ends any wait for a pipe's reader within a second after it becomes readable.
    ///   - permissions: The permissions of the file. They do not apply to streams and growing files.
    package init(
        _ name: String, format: AudioFormat, container: AudioContainer? = nil, storedAs: SampleEncoding? = nil,
        frameCount: Int? = nil, permissions: AtomicFile.Permissions = .ordinary, stop: Int32? = nil
    ) throws(AudioFileError) {
        self.format = format
        var stored = format
        stored.encoding = storedAs ?? format.encoding
        let container = if let container { container } else { try AudioContainer.requested(by: name) ?? .wav }
        if case .raw = container { try Self.checkRaw(name, stored) }
        switch container {
        case .raw:
            output = try OutputFile(name, permissions: permissions, stop: stop)
            target = .raw
            targetEncoding = stored.encoding
        case .wav, .wavCopy:
            stored.encoding = stored.encoding.inWAVE
            var header = WAVHeader(writing: stored, frameCount: frameCount)
            // The sizes of RF64 are not corrected here, so such a file becomes a WAVE file.
            if case .wavCopy(let head) = container, head.header.format == stored, name == "-" || head.header.isRIFF {
                header = head.header
            }
            guard let header else {
                throw .cannotHold(path: name, detail: "WAVE holds little-endian samples, of 8 bits unsigned ones")
            }
            output = try OutputFile(name, permissions: permissions, stop: stop)
            target = .wav(header)
            targetEncoding = stored.encoding
            try output.write(header.bytes.span)
        case .soundFile(let code, let lossyCoding):
            output = try OutputFile(name, permissions: permissions, stop: stop)
            guard output.isFile else {
                throw .cannotHold(path: name, detail: "that container needs a file that can be returned to")
            }
            let file = try SoundFile(
                writing: output.descriptor, named: name, rate: format.sampleRate, channels: format.channels,
                formatCode: code | (lossyCoding ?? stored.encoding.soundFileCode))
            target = .soundFile(file)
            targetEncoding = file.format.encoding
        case .foreign: throw .unknownContainer(path: name)
        }
    }

    /// Throws if the extension of a file without a header promises a format other than `format`.
    private static func checkRaw(_ name: String, _ format: AudioFormat) throws(AudioFileError) {
        guard let promised = AudioFormat(headerless: name), promised != format else { return }
        throw .cannotHold(
            path: name,
            detail:
                "its extension says \(promised.sampleRate) Hz, \(promised.channels) channel, \(promised.encoding.words)"
        )
    }

    /// Creates a WAVE file that appears at once and grows in place; see ``refreshHeader()``.
    ///
    /// A pipe gets its header from ``begin()``, because a full pipe would block the caller.
    ///
    /// - Parameters:
    ///   - name: The file.
    ///   - format: Its samples.
    ///   - allowsSpecial: Whether `name` may be a pipe or a device.
    package init(growing name: String, format: AudioFormat, allowsSpecial: Bool) throws(AudioFileError) {
        guard let header = WAVHeader(writing: format, frameCount: nil) else {
            throw .cannotHold(path: name, detail: "WAVE holds little-endian samples, of 8 bits unsigned ones")
        }
        self.format = format
        targetEncoding = format.encoding
        target = .wav(header)
        output = try OutputFile(growing: name, allowsSpecial: allowsSpecial)
        if output.isSeekable { try output.write(header.bytes.span) }
    }

    /// Writes what a pipe's reader receives before the first sample.
    package func begin() throws(AudioFileError) {
        if case .wav(let header) = target, !output.isSeekable { try output.write(header.bytes.span) }
    }

    /// A writer for a copy of the audio of `reader`, with the same rate, channels, sample format and permissions. The
    /// header is the same too, unless the name requests another container.
    package convenience init(_ name: String, copying reader: AudioReader, stop: Int32? = nil) throws(AudioFileError) {
        if reader.isFile(at: name) { throw .outputIsInput(output: name, input: reader.name) }
        var container = try AudioContainer.requested(by: name) ?? reader.container
        if case .foreign = container { container = .wav }
        if container.isSameKind(as: reader.container), reader.container.isWritten { container = reader.container }
        if name == "-", case .soundFile = container { container = .wav }
        var stored = reader.storedEncoding ?? .signed16
        if case .raw = container, let said = AudioFormat(headerless: name) { stored = said.encoding }
        try self.init(
            name, format: reader.format, container: container, storedAs: stored,
            permissions: reader.permissions.map { .like($0) } ?? .ordinary, stop: stop)
        if reader.storedEncoding == nil, !isLossy {
            change = "its samples are \(targetEncoding.words), not coded as the input's"
        }
    }

    private var isLossy: Bool {
        if case .soundFile(let file) = target { return file.stored == nil }
        return false
    }

    /// A writer to the open, empty file behind `descriptor`, which its owner keeps. Messages call it `name`.
    ///
    /// - Parameters:
    ///   - code: libsndfile's container and coding (`SF_FORMAT_…`).
    ///   - encoder: The bit rate settings of a lossy coding.
    package init(
        into descriptor: Int32, named name: String, format: AudioFormat, code: Int32, encoder: EncoderRate? = nil
    ) throws(AudioFileError) {
        self.format = format
        output = OutputFile(descriptor: descriptor, named: name)
        let file = try SoundFile(
            writing: descriptor, named: name, rate: format.sampleRate, channels: format.channels, formatCode: code,
            encoder: encoder)
        target = .soundFile(file)
        targetEncoding = file.format.encoding
    }

    /// Writes whole frames in the writer's format. They have been passed to the system when this returns.
    package func write(encoded: Span<UInt8>) throws(AudioFileError) {
        guard encoded.count > 0 else { return }
        if format.encoding == targetEncoding {
            try put(encoded)
        } else if format.encoding.isWithin(targetEncoding) {
            bytes.removeAll(keepingCapacity: true)
            format.encoding.recode(encoded, as: targetEncoding, appendingTo: &bytes)
            let recoded = bytes
            try put(recoded.span)
        } else {
            format.encoding.decode(encoded, into: &decoded)
            let samples = decoded
            try write(samples.span)
        }
    }

    /// Writes interleaved samples in −1…1 in the encoding of the target.
    package func write(_ samples: Span<Float>) throws(AudioFileError) {
        bytes.removeAll(keepingCapacity: true)
        codec.encode(samples, appendingTo: &bytes)
        let encoded = bytes
        try put(encoded.span)
    }

    /// Writes samples in −1…1 to the first channel. The others stay silent.
    package func write(inFirstChannel samples: [Float]) throws(AudioFileError) {
        var block: [Float] = []
        for start in stride(from: 0, to: samples.count, by: 4096) {
            block.removeAll(keepingCapacity: true)
            for sample in samples[start..<min(start + 4096, samples.count)] {
                block.append(sample)
                block += repeatElement(0, count: format.channels - 1)
            }
            try write(block.span)
        }
    }

    /// The file behind the writer, if libsndfile writes it.
    var soundFile: SoundFile? {
        if case .soundFile(let file) = target { return file }
        return nil
    }

    private func put(_ encoded: Span<UInt8>) throws(AudioFileError) {
        dataBytes += encoded.count
        switch target {
        case .raw, .wav: try output.write(encoded)
        case .soundFile(let file): try file.write(encoded)
        }
    }

    /// Corrects the sizes in the header, and gives the file its name.
    package func finish() throws(AudioFileError) {
        if case .wav(let header) = target, output.isSeekable {
            let padding = dataBytes % 2
            if padding != 0 { try output.write([0].span) }
            try correct(header, fileBytes: header.bytes.count + dataBytes + padding)
        }
        if case .soundFile(let file) = target { file.close() }
        try output.commit()
    }

    /// Updates the header during writing, so that the file is complete if the process ends here.
    package func refreshHeader() throws(AudioFileError) {
        if case .wav(let header) = target, output.isSeekable {
            try correct(header, fileBytes: header.bytes.count + dataBytes)
        }
    }

    private func correct(_ header: WAVHeader, fileBytes: Int) throws(AudioFileError) {
        for correction in header.corrections(dataBytes: dataBytes, fileBytes: fileBytes) {
            try output.overwrite(correction.bytes, at: correction.offset)
        }
    }
}
