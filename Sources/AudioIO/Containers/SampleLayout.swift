import Codecs

/// The positions of a file's samples, and its other parts.
struct SampleLayout {
    /// The kind of file: a container of chunks, or AU.
    enum Kind: Hashable {
        case chunks(ChunkDialect)
        case au
    }
    var kind: Kind
    var format: StoredFormat
    /// The stretches of samples, in order. They neither overlap nor touch, and only the first may be empty.
    var pieces: [Range<Int>] = []
    var unreadParts: [UnreadPart] = []
    var remarks: [String] = []

    /// Largest number of chunks. A file with more is taken for an attack.
    private static let maximumSteps = 100_000

    /// The layout of the file behind `input`; `nil` if it is another container.
    init?(_ input: ByteInput, size: Int) throws(AudioFileError) {
        let head = try input.bytes(at: 0, count: 64)
        if let dialect = ChunkDialect(head) {
            try self.init(dialect, input, size)
        } else if let walk = AUWalk(head) {
            self.init(kind: .au, format: walk.format)
            try walk.fill(&self, input, size)
        } else {
            return nil
        }
    }

    init(kind: Kind, format: StoredFormat) {
        self.kind = kind
        self.format = format
    }

    private init(_ dialect: ChunkDialect, _ input: ByteInput, _ size: Int) throws(AudioFileError) {
        var walk = ChunkWalk(dialect, name: input.name)
        self.init(kind: .chunks(dialect), format: .other("no format"))
        var (position, steps) = (0, 0)
        walking: while true {
            steps += 1
            if steps > Self.maximumSteps { throw .notAudio(path: input.name, detail: "it has too many chunks") }
            let at = position
            let step = try walk.step(at: at, remaining: size - at) { count throws(AudioFileError) in
                try input.bytes(at: at, count: min(count, size - at))
            }
            switch step {
            case .end: break walking
            case .skip(let count): position += count
            case .samples(let before, let count):
                let start = min(size, at + before)
                let end = min(size, start + (count ?? size))
                add(start..<end)
                position = end
            case .unreadParts(let count, let words):
                let end = min(size, at + min(count ?? size, size))
                unreadParts.append(UnreadPart(.joined, bytes: at..<end, "\(words), from byte \(at) on"))
                position = end
            }
            if position > size { position = size }
        }
        guard let format = walk.format else { throw .truncatedHeader(path: input.name) }
        if !walk.hasSamples { throw .truncatedHeader(path: input.name) }
        self.format = format
        remarks = walk.remarks
        unreadParts = walk.unreadParts + unreadParts
    }

    /// Adds a stretch of samples, and joins it with the previous one if they touch.
    mutating func add(_ piece: Range<Int>) {
        if let last = pieces.last, last.upperBound == piece.lowerBound {
            pieces[pieces.count - 1] = last.lowerBound..<piece.upperBound
        } else if !piece.isEmpty || pieces.isEmpty {
            pieces.append(piece)
        }
    }

    /// Number of bytes before the first sample.
    var headBytes: Int { pieces.first?.lowerBound ?? 0 }
}

/// AU (NeXT, Sun): a header, and samples to the end or up to the stated number.
private struct AUWalk {
    let isBigEndian: Bool
    let format: StoredFormat
    private let offset: Int
    private let claimed: Int?

    init?(_ head: [UInt8]) {
        guard head.count >= 24 else { return nil }
        switch head[...].text(at: 0) {
        case ".snd": isBigEndian = true
        case "dns.": isBigEndian = false
        default: return nil
        }
        let (bytes, isBigEndian) = (head[...], isBigEndian)
        func number(_ at: Int) -> Int {
            isBigEndian ? bytes.bigEndian(at: at, bytes: 4) : bytes.littleEndian(at: at, bytes: 4)
        }
        offset = max(24, number(4))
        claimed = number(8) == 0xFFFF_FFFF ? nil : number(8)
        format = StoredFormat(au: head[12...], isBigEndian: isBigEndian)
    }

    func fill(_ layout: inout SampleLayout, _ input: ByteInput, _ size: Int) throws(AudioFileError) {
        if let flaw = format.format?.flaw { throw .impossibleFormat(path: input.name, detail: flaw) }
        guard offset <= size else { throw .truncatedHeader(path: input.name) }
        let there = size - offset
        guard let claimed, claimed > 0 || there == 0 else {
            layout.add(offset..<size)
            return
        }
        if claimed > there {
            layout.add(offset..<size)
            let words = "\(there) of \(claimed) bytes of samples are there"
            let isTolerated = (claimed - there) * 200 <= format.bytesPerSecond
            if isTolerated { layout.remarks.append("\(words) (all of them were read)") }
            if !isTolerated { layout.unreadParts.append(UnreadPart(.missing, words)) }
            return
        }
        let end = offset + claimed
        layout.add(offset..<end)
        guard end < size else { return }
        let tail = try input.bytes(at: end, count: min(KnownContainer.headBytes, size - end))
        if let other = KnownContainer.name(of: tail) {
            layout.unreadParts.append(
                UnreadPart(.joined, bytes: end..<size, "\(other) behind the samples, from byte \(end) on"))
        } else {
            layout.add(end..<size)
            layout.remarks.append("\(size - end) bytes behind the size that its header states were heard as samples")
            if claimed % (format.format?.bytesPerFrame ?? 1) != 0 {
                layout.unreadParts.append(
                    UnreadPart(.contradiction, bytes: end..<size, "they begin where no frame does"))
            }
        }
    }
}
