internal import AtomicFiles
package import Codecs

/// Audio read in order from a file or from standard input, in the encoding it is stored in.
///
/// WAVE, Wave64, AIFF, CAF, AU and raw samples are read by this package, from pipes as well as files; other files by
/// libsndfile, and what that cannot read by the `ffmpeg` command.
package final class AudioReader {
    /// The name as it was given; `-` is standard input.
    package let name: String
    /// The shape of the bytes that ``read(frames:into:)`` gives.
    package let format: AudioFormat
    /// How samples are stored; differs from `format.encoding` where a library decodes them.
    package let storedEncoding: SampleEncoding?
    package let container: AudioContainer
    /// The number of frames; `nil` if only reading tells.
    package let frameCount: Int?
    /// The places of the samples in the file, in order; `nil` unless they lie there as they are read.
    let pieces: [Range<Int>]?

    /// Who may read and write the file (the nine bits of `chmod`); `nil` for standard input.
    var permissions: UInt32? { name == "-" ? nil : input.permissions }

    private enum Source {
        case samples(SampleSource)
        case soundFile(SoundFile)
        case decoder(TrackDecoder)
        /// Nothing more is read; the lists stay.
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
    ///   - raw: The layout of samples without a header; `nil` if the header says it.
    ///   - forcesRaw: Whether a file that begins as a known container is taken for raw samples all the same.
    ///   - stop: A descriptor that ends standard input, a named pipe or a device when it becomes readable; not asked
    ///     for where the input is a file.
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
            // Half a header is no fault of the input where the reader would not wait for the rest.
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

    /// What the file holds or promises and the reader does not give. The list is complete at the end of the audio.
    package var unreadParts: [UnreadPart] {
        let noise = loudNoise?.isNoise == true ? [NoiseDetector.finding] : []
        switch source {
        case .samples(let samples): return foundUnreadParts + samples.unreadParts + noise
        case .soundFile(let file): return foundUnreadParts + file.unreadParts(framesRead: framesRead)
        case .decoder(let decoder): return foundUnreadParts + decoder.unreadParts
        case .closed(let unreadParts, _): return unreadParts
        }
    }

    /// Oddities of the file that did not keep it from being read, each as a sentence's end: "its header claims …".
    package var remarks: [String] {
        switch source {
        case .samples(let samples): return foundRemarks + samples.remarks
        case .closed(_, let remarks): return remarks
        case .soundFile, .decoder: return foundRemarks
        }
    }

    /// Reads up to `frames` frames, as soon as any are there, in place of what `bytes` held; gives their number, 0 at
    /// the end.
    ///
    /// From a pipe a block is what has arrived. A frame that arrives in parts waits for its last byte; the frames
    /// before it do not wait.
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

    /// The same as interleaved samples in −1…1.
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

    /// Whether the input is followed as it comes: standard input, a named pipe, a device.
    package var isStream: Bool { name == "-" || !input.isRegularFile }

    /// Whether the order to stop ended the input.
    package var wasStopped: Bool { input.wasStopped }

    /// The file behind the reader, if it is libsndfile's.
    var soundFile: SoundFile? {
        if case .soundFile(let file) = source { return file }
        return nil
    }

    /// Whether `path` leads to the very file that is read here, by name or by link.
    func isFile(at path: String) -> Bool {
        name != "-" && input.identity == FileIdentity(path)
    }
}
