import Codecs

/// Walks over the chunks of a file, from its first byte to its last, and finds its samples.
///
/// It moves only forward, so that a pipe is read like a file. It also looks behind the chunk of samples. A second chunk
/// of samples, a second file, and samples beyond the size in the header are samples too.
struct ChunkWalk {
    /// The content at one position of the file.
    enum Step {
        /// Bytes that are not samples.
        case skip(Int)
        /// `count` bytes of samples after `after` other bytes. A `nil` count means until the end.
        case samples(after: Int, count: Int?)
        /// Bytes that cannot be read as samples; `nil` means until the end.
        case unreadParts(Int?, String)
        case end
    }
    /// Returns up to that many bytes from the present position, without consuming them.
    typealias Peek = (Int) throws(AudioFileError) -> [UInt8]

    let dialect: ChunkDialect
    /// The format of the samples, once its chunk was found.
    private(set) var format: StoredFormat?
    private(set) var remarks: [String] = []
    private(set) var unreadParts: [UnreadPart] = []
    private let name: String
    /// The content of the present file, if it differs from the first file's.
    private var foreign: String?
    /// Size of the samples in a `ds64` chunk.
    private var longSize: Int?
    /// End of the file according to its header.
    private var claimedEnd: Int?
    /// Size of the last samples found; `nil` before the first.
    private var lastSize: Int?
    /// Whether samples were found already.
    var hasSamples: Bool { lastSize != nil }
    /// Whether the previous step gave samples.
    private var isBehindSamples = false

    /// Sizes from this value on mean "until the end". Writers to pipes use 0x7fff0000 (GStreamer), 0x7ffff000 (sox),
    /// 0x80000000 (arecord), 0xffffffff (ffmpeg).
    private static let endlessSize = 0x7FFF_0000
    /// Largest chunk before the samples that is kept in memory. Chunks in use are much smaller.
    private static let longestChunk = 1 << 24
    /// Seconds of samples that may be missing at the end. Receivers do not detect a key in less.
    private static let toleratedSeconds = 0.005
    /// Names that identify a chunk even if its size is wrong.
    private static let commonNames: Set<String> = [
        "data", "fmt ", "LIST", "fact", "bext", "id3 ", "ID3 ", "cue ", "smpl", "inst", "JUNK", "junk", "PAD ", "PEAK",
        "iXML", "axml", "afsp", "DISP", "cart", "SSND", "COMM", "FVER", "NAME", "AUTH", "ANNO", "MARK", "free", "info",
        "desc", "chan", "ds64",
    ]

    init(_ dialect: ChunkDialect, name: String) {
        self.dialect = dialect
        self.name = name
    }

    /// The next step at `position`. `peek` returns bytes from there on, and `remaining` is their number.
    mutating func step(at position: Int, remaining: Int?, peek: Peek) throws(AudioFileError) -> Step {
        let wasSamples = isBehindSamples
        isBehindSamples = false
        // Only the necessary bytes are read, because a pipe's first sample may come later than its header.
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

    /// Number of padding bytes after the `size` bytes of `chunk`. It is the regular number, unless a chunk with a
    /// common name begins directly after them (padding left out) or one byte later (a byte too many).
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

    /// The samples of a data chunk, and whether the number of bytes is as stated.
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
        // If the file's stated size is right, the stated size of its samples is wrong.
        if claimedEnd == position + start + there || claimed - there <= tolerated {
            remarks.append("\(words) (all of them were read)")
        } else {
            unreadParts.append(UnreadPart(.missing, words))
        }
        return .samples(after: start, count: there)
    }

    /// Whether a size comes from a writer that could not seek or died early.
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
        // One byte may be missing, because some writers leave the padding out.
        return remaining.map { size <= $0 - chunk.length + 1 } ?? true
    }

    /// Number of padding bytes after samples, if a chunk or the end follows them.
    private func paddingHere(_ remaining: Int?, _ peek: Peek) throws(AudioFileError) -> Int? {
        for padding in 1..<max(2, dialect.alignment) {
            let next = Array(try peek(padding + dialect.magicBytes).dropFirst(padding))
            if next.isEmpty || dialect.magic(next) != nil { return padding }
            if let chunk = dialect.chunk(next), isPlausible(chunk, remaining.map { $0 - padding }) { return padding }
        }
        return nil
    }

    /// Bytes after the last chunk that are not a chunk: samples without a size, or another file.
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
