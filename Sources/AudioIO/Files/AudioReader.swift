internal import AtomicFiles
package import Codecs

/// Reads audio in order from a file or from standard input, in the stored encoding.
///
/// This package reads WAVE, Wave64, AIFF, CAF, AU and raw samples, from pipes as well as files. libsndfile reads other
/// files, and the `ffmpeg` command reads the rest.
package final class AudioReader {
    /// The name that the user gave; `-` is standard input.
    package let name: String
    /// The format of the bytes from ``read(frames:into:)``.
    package let format: AudioFormat
    /// The stored encoding. It differs from `format.encoding` if a library decodes the samples.
    package let storedEncoding: SampleEncoding?
    package let container: AudioContainer
    /// Number of frames; `nil` if it is known only at the end.
    package let frameCount: Int?
    /// The positions of the samples in the file, in order; `nil` if they are not stored as they are read.
    let pieces: [Range<Int>]?

    /// The permissions of the file (the nine bits of `chmod`); `nil` for standard input.
    var permissions: UInt32? { name == "-" ? nil : input.permissions }

    private enum Source {
        case samples(SampleSource)
        case soundFile(SoundFile)
        case decoder(TrackDecoder)
        /// Nothing more is read. The lists remain.
        case closed(unreadParts: [UnreadPart], remarks: [String])
    }
    private var source: Source
    private let input: ByteInput
    private let foundUnreadParts: [UnreadPart]
    private let foundRemarks: [String]
    private var loudNoise: NoiseDetector?
    private var framesRead = 0
    private var decodeBuffer: [UInt8] = []
    private var codec: any AudioCodec

    /// The audio called `name`, which is `-` for standard input.
    ///
    /// - Parameters:
    ///   - raw: The layout of samples without a header; `nil` if there is a header.
    ///   - forcesRaw: Whether a file that begins like a known container is still read as raw samples.
    ///   - stop: A descriptor that ends standard input, a named pipe or a device when it becomes readable. It is not
    ///     used for files.
    package convenience init(
        _ name: String, raw: AudioFormat? = nil, forcesRaw: Bool = false, stop: @autoclosure () -> Int32? = nil
    ) throws(AudioFileError) {
        let input =
            name == "-" ? ByteInput(standardInputStoppedBy: stop()) : try ByteInput(path: name, stoppedBy: stop)
        do throws(AudioFileError) {
            let opened =
                if let raw { try OpenedAudio(input, raw: raw, isForced: forcesRaw) } else { try OpenedAudio(input) }
            self.init(input, opened)
        } catch {
            // A partial header is not the input's fault if the reader was told to stop.
            throw input.wasStopped ? .stopped(path: name) : error
        }
    }

    private init(_ input: ByteInput, _ opened: OpenedAudio) {
        name = input.name
        self.input = input
        format = opened.format
        codec = opened.format.codec
        storedEncoding = opened.storedEncoding
        container = opened.container
        frameCount = opened.frameCount
        pieces = opened.pieces
        foundUnreadParts = opened.unreadParts
        foundRemarks = opened.remarks
        loudNoise = opened.isHeaderless ? NoiseDetector(opened.format) : nil
        source =
            switch opened.source {
            case .samples(let samples): .samples(samples)
            case .soundFile(let file): .soundFile(file)
            case .decoder(let decoder): .decoder(decoder)
            }
    }

    /// Parts of the file that the reader did not deliver. The list is complete at the end of the audio.
    package var unreadParts: [UnreadPart] {
        let noise = loudNoise?.isNoise == true ? [NoiseDetector.finding] : []
        switch source {
        case .samples(let samples): return foundUnreadParts + samples.unreadParts + noise
        case .soundFile(let file): return foundUnreadParts + file.unreadParts(framesRead: framesRead)
        case .decoder(let decoder): return foundUnreadParts + decoder.unreadParts
        case .closed(let unreadParts, _): return unreadParts
        }
    }

    /// Peculiarities that did not prevent reading, each as the end of a sentence: "its header claims …".
    package var remarks: [String] {
        switch source {
        case .samples(let samples): return foundRemarks + samples.remarks
        case .closed(_, let remarks): return remarks
        case .soundFile, .decoder: return foundRemarks
        }
    }

    /// Reads up to `frames` frames as soon as there are any, and replaces the content of `bytes`. Returns their number,
    /// 0 at the end.
    ///
    /// A block from a pipe holds what has arrived. A frame that arrives in parts waits for its last byte, but the
    /// frames before it do not wait.
    package func read(frames: Int, into bytes: inout [UInt8]) throws(AudioFileError) -> Int {
        bytes.removeAll(keepingCapacity: true)
        let count: Int
        switch source {
        case .closed: return 0
        case .soundFile(let file): count = file.read(frames: frames, into: &bytes)
        case .decoder(let decoder): count = try decoder.read(frames: frames, into: &bytes)
        case .samples(var samples):
            count = try samples.read(frames: frames, into: &bytes)
            source = .samples(samples)
        }
        framesRead += count
        loudNoise?.measure(bytes.span)
        return count
    }

    /// Reads the same as interleaved samples in −1…1.
    package func read(frames: Int, into samples: inout [Float]) throws(AudioFileError) -> Int {
        let count = try read(frames: frames, into: &decodeBuffer)
        let bytes = decodeBuffer
        codec.decode(bytes.span, into: &samples)
        return count
    }

    /// Releases buffers; nothing can be read afterwards.
    package func close() {
        source = .closed(unreadParts: unreadParts, remarks: remarks)
        decodeBuffer = []
    }

    /// Whether the input is a stream: standard input, a named pipe or a device.
    package var isStream: Bool { name == "-" || !input.isRegularFile }

    /// Whether the order to stop ended the input.
    package var wasStopped: Bool { input.wasStopped }

    /// The file behind the reader, if libsndfile reads it.
    var soundFile: SoundFile? {
        if case .soundFile(let file) = source { return file }
        return nil
    }

    /// Whether `path` leads to the file that is being read, by name or by link.
    func isFile(at path: String) -> Bool {
        name != "-" && input.identity == FileIdentity(path)
    }
}
