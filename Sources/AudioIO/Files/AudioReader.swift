/// Audio read in order from a file or from standard input, in the encoding it is stored in.
///
/// WAVE and raw samples are read by this package, from pipes as well as files; everything else by libsndfile.
public final class AudioReader {
    /// The name as it was given; `-` is standard input.
    public let name: String
    /// The shape of the bytes that ``read(frames:into:)`` gives.
    public let format: AudioFormat
    /// How samples are stored; differs from `format.encoding` where a library decodes them.
    public let storedEncoding: SampleEncoding?
    public let container: AudioContainer
    /// Frames that are there to read; `nil` where only reading tells.
    public let frameCount: Int?
    /// What the file holds or promises and the reader does not give, as far as it is known; complete once ``read(frames:into:)``
    /// has given 0.
    public private(set) var unheard: [Unheard] = []
    /// What is odd about the file and was heard all the same, each as a sentence's end: "its header claims …".
    public private(set) var remarks: [String] = []

    private enum Source {
        /// Bytes in order, and how many are still to come.
        case bytes(ByteInput, left: Int)
        case soundFile(SoundFile)
        case closed
    }
    private var source: Source
    private let identity: FileIdentity?
    /// Who may read and write the file (the nine bits of `chmod`); `nil` for standard input.
    let permissions: UInt32?
    private var decodeBuffer: [UInt8] = []
    /// The first bytes of a frame whose last has not arrived.
    private var begunFrame: [UInt8] = []

    /// The audio called `name`, which is `-` for standard input.
    ///
    /// - Parameters:
    ///   - raw: The layout of samples without a header; `nil` where the header says it.
    ///   - stop: A descriptor that ends standard input when it becomes readable.
    public convenience init(_ name: String, raw: AudioFormat? = nil, stop: Int32? = nil) throws(AudioFileError) {
        let input = name == "-" ? ByteInput(standardInputStoppedBy: stop) : try ByteInput(path: name)
        do throws(AudioFileError) {
            try self.init(name, input, raw)
        } catch {
            // Half a header is no fault of the input where the reader would not wait for the rest.
            throw input.wasStopped ? .stopped(path: name) : error
        }
    }

    private init(_ name: String, _ input: ByteInput, _ raw: AudioFormat?) throws(AudioFileError) {
        let isStream = name == "-"
        self.name = name
        identity = input.identity
        permissions = isStream ? nil : input.permissions
        if let raw {
            if let flaw = raw.flaw { throw .impossibleFormat(path: name, detail: flaw) }
            format = raw
            storedEncoding = raw.encoding
            container = .raw
            frameCount = input.remaining.map { $0 / raw.bytesPerFrame }
            source = .bytes(input, left: .max)
            return
        }
        if isStream, try input.peek(1).isEmpty { throw .empty(path: name) }
        switch try WAVHeader.read(from: input) {
        case .header(let header):
            let there = input.remaining
            let claimed = header.isOpenEnded ? .max : header.claimedBytes
            let left = min(claimed, there ?? .max)
            format = header.format
            storedEncoding = header.format.encoding
            container = .wavCopy(WAVHead(header: header))
            frameCount = there.map { min(left, $0) / header.format.bytesPerFrame }
            source = .bytes(input, left: left)
            if let there { compare(claimed: header.claimedBytes, isOpenEnded: header.isOpenEnded, there: there) }
        case .otherCoding(let coding) where isStream:
            throw .notAudio(path: name, detail: "its \(coding) cannot be read from a pipe")
        case .notWAVE where isStream:
            throw .notAudio(path: name, detail: "it does not begin as a WAVE file does")
        case .otherCoding, .notWAVE:
            let file = try SoundFile(reading: name)
            format = file.format
            storedEncoding = file.stored
            container = .soundFile(
                code: file.containerCode, lossyCoding: file.stored == nil ? file.codingCode : nil)
            frameCount = file.frameCount
            source = .soundFile(file)
        }
    }

    /// Tells what the header promises beyond the `there` bytes of samples that are there.
    private func compare(claimed: Int, isOpenEnded: Bool, there: Int) {
        guard claimed > there || (claimed == 0 && there > 0) else { return }
        if isOpenEnded {
            remarks.append("its header claims \(claimed) bytes of samples, \(there) are there (all of them were read)")
        } else {
            unheard.append(Unheard(.missing, "\(there) of \(claimed) bytes of samples are there"))
        }
    }

    /// Up to `frames` frames, as soon as any are there, replacing what `bytes` holds; gives their number, 0 at the end.
    ///
    /// From a pipe a block is what has arrived; a frame that arrives in parts waits for its last byte, and those before it do
    /// not wait.
    public func read(frames: Int, into bytes: inout [UInt8]) throws(AudioFileError) -> Int {
        bytes.removeAll(keepingCapacity: true)
        switch source {
        case .closed: return 0
        case .soundFile(let file): return file.read(frames: frames, into: &bytes)
        case .bytes(let input, let left):
            let size = format.bytesPerFrame
            var left = left
            bytes += begunFrame
            begunFrame.removeAll(keepingCapacity: true)
            repeat {
                let count = try input.read(upTo: min(frames * size - bytes.count, left), appendingTo: &bytes)
                if left != .max { left -= count }
                if count == 0 {
                    // A frame that never ends holds nothing that can be played.
                    bytes.removeAll(keepingCapacity: true)
                    left = 0
                }
            } while bytes.count < size && left > 0
            begunFrame += bytes.suffix(bytes.count % size)
            bytes.removeLast(bytes.count % size)
            source = .bytes(input, left: left)
            return bytes.count / size
        }
    }

    /// The same as interleaved samples in −1…1.
    public func read(frames: Int, into samples: inout [Float]) throws(AudioFileError) -> Int {
        let count = try read(frames: frames, into: &decodeBuffer)
        let bytes = decodeBuffer
        format.encoding.decode(bytes.span, into: &samples)
        return count
    }

    /// Gives back what is held of the audio; from now on there is nothing to read.
    public func close() {
        source = .closed
        decodeBuffer = []
        begunFrame = []
    }

    /// The file behind the reader, where it is libsndfile's.
    var soundFile: SoundFile? {
        if case .soundFile(let file) = source { return file }
        return nil
    }

    /// Whether `path` leads to the very file that is read here, by name or by link.
    func isFile(at path: String) -> Bool {
        name != "-" && identity == FileIdentity(path: path)
    }
}
