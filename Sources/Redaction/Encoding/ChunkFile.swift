/// A file of chunks: RIFF/WAVE, Wave64, AIFF-C or CAF.
struct ChunkFile {
    enum Kind {
        case wave, wave64, aiff, caf
    }

    /// A chunk's name and its position, with its header but without its padding.
    struct Chunk {
        var name: String
        var range: Range<Int>
    }

    let kind: Kind
    let magic: [UInt8]
    private(set) var chunks: [Chunk] = []

    /// The complete chunks of the file behind `descriptor`; `nil` if it is not such a file.
    init?(_ descriptor: Int32, size: Int) {
        guard let head = FileBytes.read(descriptor, 0..<min(size, 40)), head.count >= 12 else { return nil }
        func says(_ text: String, at offset: Int) -> Bool {
            head.count >= offset + 4 && head[offset..<offset + 4].elementsEqual(text.utf8)
        }
        if says("RIFF", at: 0), says("WAVE", at: 8) {
            kind = .wave
        } else if says("riff", at: 0), says("wave", at: 24) {
            kind = .wave64
        } else if says("FORM", at: 0), says("AIFC", at: 8) || says("AIFF", at: 8) {
            kind = .aiff
        } else if says("caff", at: 0) {
            kind = .caf
        } else {
            return nil
        }
        magic = Array(head.prefix(kind == .wave64 ? 40 : kind == .caf ? 8 : 12))
        var at = magic.count
        while at + headBytes <= size, let head = FileBytes.read(descriptor, at..<at + headBytes) {
            guard head.count == headBytes else { break }
            let end = min(size, at + headBytes + bodyBytes(head))
            guard end > at else { break }
            chunks.append(Chunk(name: String(decoding: head[..<4], as: UTF8.self), range: at..<end))
            at = end + padding(of: end - at)
        }
    }

    private var headBytes: Int { kind == .wave64 ? 24 : kind == .caf ? 12 : 8 }

    private func bodyBytes(_ head: [UInt8]) -> Int {
        func number(_ bytes: some Collection<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        switch kind {
        case .wave: return number(head[4..<8].reversed())
        case .aiff: return number(head[4..<8])
        // A negative size means "until the end". Files are shorter than 2^62 bytes.
        case .caf: return head[4] & 0xC0 != 0 ? 1 << 62 : number(head[4..<12])
        case .wave64: return head[23] & 0xC0 != 0 ? 0 : max(0, number(head[16..<24].reversed()) - 24)
        }
    }

    /// Bytes of padding after a chunk of `count` bytes with its header.
    func padding(of count: Int) -> Int {
        let step = kind == .wave64 ? 8 : kind == .caf ? 1 : 2
        return (step - count % step) % step
    }

    /// The container's header for a file of `count` bytes.
    func magic(fileBytes count: Int) -> [UInt8] {
        var magic = magic
        switch kind {
        case .wave: for byte in 0..<4 { magic[4 + byte] = UInt8(truncatingIfNeeded: (count - 8) >> (8 * byte)) }
        case .aiff: for byte in 0..<4 { magic[7 - byte] = UInt8(truncatingIfNeeded: (count - 8) >> (8 * byte)) }
        case .wave64: for byte in 0..<8 { magic[16 + byte] = UInt8(truncatingIfNeeded: count >> (8 * byte)) }
        case .caf: break
        }
        return magic
    }

    /// The chunks that describe the samples, in their order before the samples, and the samples.
    var formatNames: [String] {
        switch kind {
        case .wave, .wave64: ["fmt ", "fact"]
        case .aiff: ["FVER", "COMM"]
        case .caf: ["desc", "kuki", "pakt"]
        }
    }
    var dataName: String { kind == .aiff ? "SSND" : "data" }
}

extension Splice {
    /// A file with the samples of `encoded` and their description, and every other chunk of the recording in its order.
    ///
    /// - Parameters:
    ///   - keepsFormat: Whether the recording's own description also fits the new samples.
    ///   - longest: For a WAVE file, the largest size in bytes of the chunk of samples with its header. A block encoder
    ///     that got half a last block writes a whole one.
    static func chunks(_ old: ChunkFile, _ new: ChunkFile, keepsFormat: Bool, longest: Int? = nil) -> Splice? {
        let formatNames = keepsFormat ? [] : old.formatNames
        let described = Set(formatNames + [old.dataName])
        guard old.kind == new.kind, new.chunks.contains(where: { $0.name == new.dataName }) else { return nil }
        var body: [(Part, Int)] = []
        var isWritten = false
        for chunk in old.chunks {
            if !described.contains(chunk.name) {
                body.append((.original(chunk.range), chunk.range.count))
            } else if !isWritten {
                isWritten = true
                for name in formatNames + [new.dataName] {
                    for chunk in new.chunks where chunk.name == name {
                        if name == new.dataName, let longest, longest >= 8, chunk.range.count > longest {
                            let samples = chunk.range.dropFirst(8).prefix(longest - 8)
                            body += [(.bytes(waveHead(name, samples.count)), 8), (.encoded(samples), samples.count)]
                        } else {
                            body.append((.encoded(chunk.range), chunk.range.count))
                        }
                    }
                }
            }
        }
        return isWritten ? Splice(old, body) : nil
    }

    /// The header of a WAVE file's chunk of `count` bytes.
    static func waveHead(_ name: String, _ count: Int) -> [UInt8] {
        name.utf8 + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }

    /// A file of chunks with their padding.
    init(_ file: ChunkFile, _ body: [(Part, Int)]) {
        for (part, count) in body {
            parts.append(part)
            let padding = file.padding(of: count)
            if padding > 0 { parts.append(.bytes([UInt8](repeating: 0, count: padding))) }
        }
        parts.insert(.bytes(file.magic(fileBytes: count + file.magic.count)), at: 0)
    }
}
