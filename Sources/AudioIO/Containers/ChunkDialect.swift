/// The way in which a container of chunks writes their headers.
enum ChunkDialect: Hashable {
    /// RIFF/WAVE, RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088).
    case wave
    /// Sony Wave64.
    case wave64
    /// AIFF and AIFF-C.
    case aiff
    /// Apple's Core Audio Format.
    case caf

    /// Bytes that identify a container, and the header of a chunk.
    var magicBytes: Int { self == .wave64 ? 40 : 12 }

    /// The dialect of a file that begins with `head`.
    init?(_ head: [UInt8]) {
        for dialect in [Self.wave, .wave64, .aiff, .caf] where dialect.magic(head) != nil {
            self = dialect
            return
        }
        return nil
    }

    /// Whether `head` begins like the container's header, so that more of it should be read.
    func mayBegin(_ head: [UInt8]) -> Bool {
        ["RIFF", "RF64", "BW64", "riff", "FORM", "caff"].contains { head.starts(with: $0.utf8) }
    }

    /// Length of the container's header at the start of `head`, and the stated size of the rest.
    func magic(_ head: [UInt8]) -> (length: Int, claimed: Int?)? {
        func begins(_ text: String, at offset: Int = 0) -> Bool {
            head.count >= offset + 4 && head[offset..<offset + 4].elementsEqual(text.utf8)
        }
        switch self {
        case .wave:
            guard begins("WAVE", at: 8), begins("RIFF") || begins("RF64") || begins("BW64") else { return nil }
            let size = head[...].littleEndian(at: 4, bytes: 4)
            return (12, size == 0xFFFF_FFFF || size < 4 ? nil : size - 4)
        case .wave64:
            guard begins("riff"), begins("wave", at: 24), head.count >= 40, isGUID(head[...]) else { return nil }
            return (40, max(0, head[...].littleEndian(at: 16, bytes: 8) - 40))
        case .aiff:
            guard begins("FORM"), begins("AIFF", at: 8) || begins("AIFC", at: 8) else { return nil }
            return (12, max(0, head[...].bigEndian(at: 4, bytes: 4) - 4))
        case .caf:
            guard begins("caff"), head.count >= 8 else { return nil }
            return (8, nil)
        }
    }

    /// A chunk's header.
    struct Chunk {
        var name: String
        /// Number of bytes in the header.
        var length: Int
        /// Number of bytes after the header; `nil` for "until the end".
        var size: Int?
        /// Whether the name has printable characters only.
        var isNamed: Bool
    }

    /// The header of the chunk at the start of `head`; `nil` if there are too few bytes.
    func chunk(_ head: [UInt8]) -> Chunk? {
        let length = headLength
        guard head.count >= length else { return nil }
        let bytes = head[...]
        let size: Int? =
            switch self {
            case .wave: bytes.littleEndian(at: 4, bytes: 4)
            case .aiff: bytes.bigEndian(at: 4, bytes: 4)
            case .caf: bytes.bigEndian(at: 4, bytes: 8) < 0 ? nil : bytes.bigEndian(at: 4, bytes: 8)
            case .wave64: max(0, bytes.littleEndian(at: 16, bytes: 8) - 24)
            }
        var isNamed = head.prefix(4).allSatisfy { (0x20...0x7E).contains($0) } && head[0] > 0x2F
        if self == .wave64 { isNamed = isNamed && isGUID(bytes) }
        return Chunk(name: bytes.text(at: 0), length: length, size: size, isNamed: isNamed)
    }

    var headLength: Int {
        switch self {
        case .wave, .aiff: 8
        case .caf: 12
        case .wave64: 24
        }
    }

    /// Sizes are rounded up to this many bytes.
    var alignment: Int { self == .wave64 ? 8 : self == .caf ? 1 : 2 }
    var formatName: String { self == .aiff ? "COMM" : self == .caf ? "desc" : "fmt " }
    var dataName: String { self == .aiff ? "SSND" : "data" }

    /// Number of bytes from the header of the data chunk to its first sample; `body` is the chunk's beginning.
    func preface(_ body: ArraySlice<UInt8>) -> Int {
        switch self {
        case .aiff: 8 + (body.count >= 8 ? body.bigEndian(at: 0, bytes: 4) : 0)
        case .caf: 4
        case .wave, .wave64: 0
        }
    }

    func format(_ body: ArraySlice<UInt8>) -> StoredFormat {
        switch self {
        case .wave, .wave64: StoredFormat(wave: body)
        case .aiff: StoredFormat(aiff: body)
        case .caf: StoredFormat(caf: body)
        }
    }

    /// Whether the bytes end like the GUIDs that are Wave64's chunk names.
    private func isGUID(_ bytes: ArraySlice<UInt8>) -> Bool {
        let tail = bytes.dropFirst(4).prefix(12)
        return tail.elementsEqual([0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A])
            || tail.elementsEqual([0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00])
            || tail.elementsEqual([0xF3, 0xAC, 0xD3, 0x11, 0xD1, 0x8C, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A])
    }
}
