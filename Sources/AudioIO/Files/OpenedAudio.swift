import Codecs

/// An input after it was opened: its content and its reader.
struct OpenedAudio {
    enum Source {
        case samples(SampleSource)
        case soundFile(SoundFile)
        case decoder(TrackDecoder)
    }
    var format: AudioFormat
    var storedEncoding: SampleEncoding?
    var container: AudioContainer
    var frameCount: Int?
    var pieces: [Range<Int>]?
    var unreadParts: [UnreadPart] = []
    var remarks: [String] = []
    /// Whether the format comes only from the user or from the file's name.
    var isHeaderless = false
    var source: Source
}

extension OpenedAudio {
    /// Raw samples.
    init(_ input: ByteInput, raw: AudioFormat, isForced: Bool) throws(AudioFileError) {
        if let flaw = raw.flaw { throw .impossibleFormat(path: input.name, detail: flaw) }
        if !isForced, let known = KnownContainer.name(of: try Self.head(of: input)) {
            throw .notRaw(path: input.name, known: known)
        }
        let source = SampleSource(all: input, bytesPerFrame: raw.bytesPerFrame)
        self.init(
            format: raw, storedEncoding: raw.encoding, container: .raw,
            frameCount: input.remaining.map { $0 / raw.bytesPerFrame }, isHeaderless: true, source: .samples(source))
        if input.isRegularFile { pieces = [0..<input.size] }
    }

    /// An input whose header or name gives its format.
    init(_ input: ByteInput) throws(AudioFileError) {
        guard input.isRegularFile && input.name != "-" else {
            try self.init(stream: input)
            return
        }
        let isKnown = KnownContainer.name(of: try input.bytes(at: 0, count: KnownContainer.headBytes)) != nil
        if !isKnown, let headerless = HeaderlessFormat(path: input.name) {
            try self.init(input, headerless)
            return
        }
        let layout: SampleLayout?
        do throws(AudioFileError) {
            layout = try SampleLayout(input, size: input.size)
        } catch {
            guard case .notAudio = error else { throw error }
            layout = nil
        }
        if let layout, let format = layout.format.format {
            try self.init(input, layout, format)
        } else {
            try self.init(decoding: input, layout)
        }
    }

    /// Samples that are stored in a file as they are read.
    private init(_ input: ByteInput, _ layout: SampleLayout, _ format: AudioFormat) throws(AudioFileError) {
        let size = format.bytesPerFrame
        let whole = layout.pieces.map { $0.lowerBound..<($0.upperBound - $0.count % size) }
        let head = try input.bytes(at: 0, count: min(layout.headBytes, 1 << 25))
        self.init(
            format: format, storedEncoding: format.encoding, container: layout.container(head),
            frameCount: whole.reduce(0) { $0 + $1.count / size }, pieces: whole, unreadParts: layout.unreadParts,
            remarks: layout.remarks, source: .samples(SampleSource(whole, of: input, bytesPerFrame: size)))
    }

    /// Opens the input with libsndfile, or else with the `ffmpeg` command.
    private init(decoding input: ByteInput, _ layout: SampleLayout?) throws(AudioFileError) {
        let joined = try JoinedFiles.find(in: input)
        if joined == nil, let file = try? SoundFile(reading: input) {
            let behind = (layout?.pieces ?? []).dropFirst().map {
                UnreadPart(.joined, bytes: $0, "a second chunk of samples, from byte \($0.lowerBound) on")
            }
            self.init(file, unreadParts: (layout?.unreadParts ?? []) + behind, remarks: layout?.remarks ?? [])
            return
        }
        do throws(AudioFileError) {
            let decoder = try TrackDecoder(input)
            self.init(
                format: decoder.format, container: .foreign(decoder.containerName), source: .decoder(decoder))
        } catch {
            guard let joined, let file = try? SoundFile(reading: input) else { throw error }
            self.init(file, unreadParts: [joined], remarks: [])
        }
    }

    private init(_ file: SoundFile, unreadParts: [UnreadPart], remarks: [String]) {
        self.init(
            format: file.format, storedEncoding: file.stored,
            container: .soundFile(code: file.containerCode, lossyCoding: file.stored == nil ? file.codingCode : nil),
            frameCount: file.frameCount, unreadParts: unreadParts, remarks: remarks, source: .soundFile(file))
    }

    /// Samples without a header whose format the file's name gives.
    private init(_ input: ByteInput, _ headerless: HeaderlessFormat) throws(AudioFileError) {
        switch headerless {
        case .samples(let format):
            try self.init(input, raw: format, isForced: true)
        case .soundFile(let code, let rate):
            self.init(try SoundFile(reading: input, raw: (code, rate)), unreadParts: [], remarks: [])
        case .decoder(let demuxer):
            let decoder = try TrackDecoder(input, demuxer: demuxer)
            self.init(format: decoder.format, container: .foreign(decoder.containerName), source: .decoder(decoder))
        }
    }

    /// A pipe, which is read chunk by chunk up to its samples.
    private init(stream input: ByteInput) throws(AudioFileError) {
        if try input.peek(1).isEmpty { throw .empty(path: input.name) }
        var dialect = ChunkDialect(try input.peek(12))
        if dialect == nil { dialect = ChunkDialect(try input.peek(40)) }
        guard let dialect else {
            throw .notAudio(path: input.name, detail: "it does not begin as a WAVE file does")
        }
        var walk = ChunkWalk(dialect, name: input.name)
        var head: [UInt8] = []
        while true {
            let step = try walk.step(at: head.count, remaining: nil) { count throws(AudioFileError) in
                try input.peek(count)
            }
            switch step {
            case .skip(let count):
                let taken = try input.readFully(count)
                if taken.count < count { throw .truncatedHeader(path: input.name) }
                head += taken
            case .samples(let before, let count):
                head += try input.readFully(before)
                try self.init(input, walk, head, count: count)
                return
            case .end, .unreadParts: throw .truncatedHeader(path: input.name)
            }
        }
    }

    private init(_ input: ByteInput, _ walk: ChunkWalk, _ head: [UInt8], count: Int?) throws(AudioFileError) {
        guard case .known(let format, _)? = walk.format else {
            let coding = walk.format?.words ?? "format"
            throw .notAudio(path: input.name, detail: "its \(coding) cannot be read from a pipe")
        }
        let layout = SampleLayout(kind: .chunks(walk.dialect), format: walk.format!)
        // Standard input may be a file (`< call.wav`), whose length is known.
        let there = input.remaining
        let source = SampleSource(walk, at: head.count, count: count, of: input, bytesPerFrame: format.bytesPerFrame)
        self.init(
            format: format, storedEncoding: format.encoding, container: layout.container(head),
            frameCount: there.map { min(count ?? .max, $0) / format.bytesPerFrame }, source: .samples(source))
    }

    private static func head(of input: ByteInput) throws(AudioFileError) -> [UInt8] {
        input.isRegularFile && input.name != "-"
            ? try input.bytes(at: 0, count: KnownContainer.headBytes) : try input.peek(12)
    }
}

extension SampleLayout {
    /// The container of a copy. `head` is everything before the first sample.
    func container(_ head: [UInt8]) -> AudioContainer {
        switch kind {
        case .au: return .au
        case .chunks(.aiff): return .aiff
        case .chunks(.caf): return .caf
        case .chunks(.wave64): return .wave64
        case .chunks(.wave):
            guard case .known(let format, .consistent) = format else { return .wav }
            return .wavCopy(WAVHead(header: WAVHeader(bytes: head, format: format)))
        }
    }
}
