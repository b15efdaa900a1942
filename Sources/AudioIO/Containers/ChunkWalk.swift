import Codecs

/// The walk over the chunks of a file, from its first byte to its last, that finds its samples.
///
/// It goes forward only, so that a pipe is read as a file is. What lies behind the chunk of samples is looked at too: a
/// second chunk of samples, a second file behind the first, and samples behind the size that the header states are
/// samples as well.
struct ChunkWalk {
    /// What a place of the file holds.
    enum Step {
        /// Bytes that are no samples.
        case skip(Int)
        /// `count` bytes of samples behind `after` other bytes; a `nil` count reaches to the end.
        case samples(after: Int, count: Int?)
        /// Bytes that cannot be given as samples; `nil` reaches to the end.
        case unreadParts(Int?, String)
        case end
    }
    /// Gives up to that many bytes from the place where the walk is, without taking them.
    typealias Peek = (Int) throws(AudioFileError) -> [UInt8]

    let dialect: ChunkDialect
    /// The format of the samples, once its chunk was met.
    private(set) var format: StoredFormat?
    private(set) var remarks: [String] = []
    private(set) var unreadParts: [UnreadPart] = []
    private let name: String
    /// What the file that is walked now holds, if that is not what the first holds.
    private var foreign: String?
    /// Size of the samples as a `ds64` chunk gives it.
    private var longSize: Int?
    /// Where the file ends by its own head.
    private var claimedEnd: Int?
    /// Size of the samples that were met last; `nil` before the first.
    private var lastSize: Int?
    /// Whether samples were met already.
    var hasSamples: Bool { lastSize != nil }
    /// Whether the step before gave samples.
    private var isBehindSamples = false

    /// Sizes from here on are what writers to pipes put for "until the end": 0x7fff0000 (GStreamer), 0x7ffff000 (sox),
    /// 0x80000000 (arecord), 0xffffffff (ffmpeg).
    private static let endlessSize = 0x7FFF_0000
    /// Chunks before the samples are kept in memory up to this size; none in use comes near.
    private static let longestChunk = 1 << 24
    /// Seconds of samples that may be missing at the end: less than any receiver takes for a key.
    private static let toleratedSeconds = 0.005
    /// Names that identify a chunk even if its size cannot be right.
    private static let commonNames: Set<String> = [
        "data", "fmt ", "LIST", "fact", "bext", "id3 ", "ID3 ", "cue ", "smpl", "inst", "JUNK", "junk", "PAD ", "PEAK",
        "iXML", "axml", "afsp", "DISP", "cart", "SSND", "COMM", "FVER", "NAME", "AUTH", "ANNO", "MARK", "free", "info",
        "desc", "chan", "ds64",
    ]

    init(_ dialect: ChunkDialect, name: String) {
        self.dialect = dialect
        self.name = name
    }

    /// The next step at `position`. `peek` gives bytes from there on; `remaining` is their number.
    mutating func step(at position: Int, remaining: Int?, peek: Peek) throws(AudioFileError) -> Step {
        let wasSamples = isBehindSamples
        isBehindSamples = false
        // No byte more than needed: a pipe's first sample may come later than its head.
        var head = try peek(dialect.headLength)
        if head.isEmpty { return .end }
        if dialect.mayBegin(head) { head = try peek(dialect.magicBytes) }
        if let magic = dialect.magic(head) {
            if lastSize != nil { remarks.append("another file lies behind the first, from byte \(position) on") }
            claimedEnd = magic.claimed.map { position + magic.length + $0 }
            longSize = nil
            return .skip(magic.length)
        }
        if let chunk = dialect.chunk(head), isPlausible(chunk, remaining) {
            return try pass(chunk, at: position, remaining: remaining, peek: peek)
        }
        guard let lastSize else {
            if head.count < dialect.headLength { throw .truncatedHeader(path: name) }
            throw .notAudio(path: name, detail: "what stands before its samples, at byte \(position), is no chunk")
        }
        if wasSamples, let padding = try paddingHere(remaining, peek) { return .skip(padding) }
        let start = try peek(KnownContainer.headBytes)
        let isAligned = wasSamples && lastSize % (format?.format?.bytesPerFrame ?? 1) == 0
        return behind(isAligned: isAligned, at: position, remaining: remaining, head: start)
    }

    /// Reads a chunk that describes the samples, and skips every other.
    private mutating func pass(
        _ chunk: ChunkDialect.Chunk, at position: Int, remaining: Int?, peek: Peek
    ) throws(AudioFileError) -> Step {
        let left = remaining.map { max(0, $0 - chunk.length) }
        switch chunk.name {
        case dialect.dataName: return try samples(chunk, at: position, left: left, peek: peek)
        case dialect.formatName: try take(dialect.format(try body(of: chunk, peek)))
        case "ds64" where dialect == .wave:
            let body = try body(of: chunk, peek)
            if body.count >= 16 {
                longSize = body.littleEndian(at: 8, bytes: 8)
                claimedEnd = min(body.littleEndian(at: 0, bytes: 8), 1 << 60) + 8
            }
        default: break
        }
        let size = chunk.size ?? .max
        if let left, size > left {
            if lastSize != nil { return .skip(left + chunk.length) }
            throw .truncatedHeader(path: name)
        }
        if lastSize == nil && size > Self.longestChunk {
            throw .notAudio(path: name, detail: "a chunk of \(size) bytes stands before its samples")
        }
        return .skip(chunk.length + size + (try padding(behind: chunk, size, peek)))
    }

    /// Bytes of padding behind the `size` bytes of `chunk`: as many as are due, unless a chunk of a common name begins
    /// right behind them, where padding was left out, or a byte later, where a byte too much was written.
    private func padding(behind chunk: ChunkDialect.Chunk, _ size: Int, _ peek: Peek) throws(AudioFileError) -> Int {
        let due = (dialect.alignment - size % dialect.alignment) % dialect.alignment
        guard size < 1 << 16 else { return due }
        let next = Array(try peek(chunk.length + size + due + 5).dropFirst(chunk.length + size))
        func begins(at offset: Int) -> Bool {
            next.count >= offset + 4 && Self.commonNames.contains(next[offset...].text(at: 0))
        }
        return [due, 0, 1].first(where: begins) ?? due
    }

    private func body(of chunk: ChunkDialect.Chunk, _ peek: Peek) throws(AudioFileError) -> ArraySlice<UInt8> {
        let count = min(chunk.size ?? 0, 512)
        let body = try peek(chunk.length + count).dropFirst(chunk.length)
        guard body.count == count else { throw .truncatedHeader(path: name) }
        return body
    }

    private mutating func take(_ found: StoredFormat) throws(AudioFileError) {
        guard let format else {
            format = found
            if let flaw = found.format?.flaw { throw .impossibleFormat(path: name, detail: flaw) }
            if case .known(_, .inferred(let words)) = found { remarks.append(words) }
            if case .known(_, .contradictory(let words)) = found {
                unreadParts.append(UnreadPart(.contradiction, words))
            }
            return
        }
        foreign = found.isSame(as: format) ? nil : found.words
    }

    /// The samples of a data chunk, and whether as many are there as it claims.
    private mutating func samples(
        _ chunk: ChunkDialect.Chunk, at position: Int, left: Int?, peek: Peek
    ) throws(AudioFileError) -> Step {
        guard let format else { throw .notAudio(path: name, detail: "it has no format chunk before its samples") }
        let body = dialect == .aiff ? try peek(chunk.length + 8).dropFirst(chunk.length) : []
        let preface = min(dialect.preface(body), left ?? .max)
        let there = left.map { $0 - preface }
        var claimed = chunk.size.map { max(0, $0 - preface) }
        if dialect == .wave, chunk.size == 0xFFFF_FFFF { claimed = longSize ?? claimed }
        if let foreign {
            return .unreadParts(claimed.map { chunk.length + preface + $0 }, "samples of another format (\(foreign))")
        }
        defer { isBehindSamples = true }
        let start = chunk.length + preface
        guard let claimed, try !isOpenEnded(claimed, there, at: start, peek) else {
            if let there, claimed != there, there > 0 {
                remarks.append(
                    "its header claims \(claimed ?? 0) bytes of samples, \(there) are there (all of them were read)")
            }
            lastSize = there ?? 0
            return .samples(after: start, count: nil)
        }
        lastSize = claimed
        guard let there, claimed > there else { return .samples(after: start, count: claimed) }
        lastSize = there
        let tolerated = Int(Self.toleratedSeconds * Double(format.bytesPerSecond))
        let words = "\(there) of \(claimed) bytes of samples are there"
        // Where the file's own size is right, the size of its samples is not.
        if claimedEnd == position + start + there || claimed - there <= tolerated {
            remarks.append("\(words) (all of them were read)")
        } else {
            unreadParts.append(UnreadPart(.missing, words))
        }
        return .samples(after: start, count: there)
    }

    /// Whether a size is what a writer puts that cannot seek, or that died before it knew.
    private func isOpenEnded(_ claimed: Int, _ there: Int?, at start: Int, _ peek: Peek) throws(AudioFileError) -> Bool
    {
        guard claimed == 0 else { return claimed >= Self.endlessSize && claimed > there ?? 0 }
        guard let there else { return true }
        let next = Array(try peek(start + dialect.magicBytes).dropFirst(start))
        return there > 0 && dialect.magic(next) == nil && !(dialect.chunk(next).map { isPlausible($0, there) } ?? false)
    }

    private func isPlausible(_ chunk: ChunkDialect.Chunk, _ remaining: Int?) -> Bool {
        if Self.commonNames.contains(chunk.name) && chunk.isNamed { return true }
        guard chunk.isNamed, let size = chunk.size else { return false }
        // One byte may be missing, since a writer left the padding out.
        return remaining.map { size <= $0 - chunk.length + 1 } ?? true
    }

    /// Bytes of padding behind samples, where a chunk or the end comes behind that many.
    private func paddingHere(_ remaining: Int?, _ peek: Peek) throws(AudioFileError) -> Int? {
        for padding in 1..<max(2, dialect.alignment) {
            let next = Array(try peek(padding + dialect.magicBytes).dropFirst(padding))
            if next.isEmpty || dialect.magic(next) != nil { return padding }
            if let chunk = dialect.chunk(next), isPlausible(chunk, remaining.map { $0 - padding }) { return padding }
        }
        return nil
    }

    /// Bytes behind the last chunk that are not a chunk: samples without a size, or another file.
    private mutating func behind(isAligned: Bool, at position: Int, remaining: Int?, head: [UInt8]) -> Step {
        self.lastSize = remaining ?? 0
        if let other = KnownContainer.name(of: head) { return .unreadParts(nil, "\(other) behind the samples") }
        if let foreign { return .unreadParts(nil, "samples of another format (\(foreign))") }
        let words = "\(remaining.map { "\($0) bytes" } ?? "bytes") behind the size that its header states"
        if !isAligned {
            let range = remaining.map { position..<position + $0 }
            unreadParts.append(UnreadPart(.contradiction, bytes: range, "\(words) begin where no frame does"))
        } else {
            remarks.append("\(words) were heard as samples")
        }
        return .samples(after: 0, count: nil)
    }
}
