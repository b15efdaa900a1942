/// The header of a FLAC file (RFC 9639): its metadata blocks and the position of its first frame.
struct FLACBlocks {
    /// A metadata block's kind and its position, with its header.
    struct Block {
        var kind: UInt8
        var range: Range<Int>
    }

    /// Position of `fLaC`, which follows an ID3v2 tag of some writers.
    let start: Int
    private(set) var blocks: [Block] = []
    private(set) var framesStart: Int

    /// The kinds STREAMINFO and SEEKTABLE.
    static let (information, seekTable): (UInt8, UInt8) = (0, 3)

    /// The header of the file behind `descriptor`; `nil` if it is not a FLAC file.
    init?(_ descriptor: Int32, size: Int) {
        guard let head = FileBytes.read(descriptor, 0..<10), head.count == 10 else { return nil }
        start = head.starts(with: "ID3".utf8) ? 10 + head[6...].reduce(0) { $0 << 7 | Int($1 & 0x7F) } : 0
        guard FileBytes.read(descriptor, start..<start + 4) == Array("fLaC".utf8) else { return nil }
        framesStart = start + 4
        var isLast = false
        while !isLast {
            guard let head = FileBytes.read(descriptor, framesStart..<framesStart + 4), head.count == 4 else {
                return nil
            }
            isLast = head[0] & 0x80 != 0
            let length = 4 + head[1...].reduce(0) { $0 << 8 | Int($1) }
            guard framesStart + length <= size else { return nil }
            blocks.append(Block(kind: head[0] & 0x7F, range: framesStart..<framesStart + length))
            framesStart += length
        }
        guard blocks.first?.kind == Self.information else { return nil }
    }

    /// Number of bits in a sample.
    func sampleBits(_ descriptor: Int32) -> Int? {
        guard let range = blocks.first?.range, let body = FileBytes.read(descriptor, range), body.count >= 18 else {
            return nil
        }
        return Int(body[16] & 1) << 4 | Int(body[17] >> 4) + 1
    }
}

extension Splice {
    /// A FLAC file with the frames of `encoded` and every other metadata block of the recording.
    static func flac(_ original: Int32, size: Int, _ encoded: Int32, encodedSize: Int) -> Splice? {
        guard let old = FLACBlocks(original, size: size), let new = FLACBlocks(encoded, size: encodedSize),
            let information = FileBytes.read(encoded, new.blocks[0].range)
        else { return nil }
        let kept = old.blocks.dropFirst().filter { $0.kind != FLACBlocks.seekTable }
        var splice = Splice()
        splice.parts = [.original(0..<old.start + 4)]
        splice.parts.append(.bytes([kept.isEmpty ? 0x80 : 0] + information.dropFirst()))
        for (index, block) in kept.enumerated() {
            splice.parts.append(.bytes([block.kind | (index == kept.count - 1 ? 0x80 : 0)]))
            splice.parts.append(.original(block.range.dropFirst()))
        }
        splice.parts.append(.encoded(new.framesStart..<encodedSize))
        return splice
    }
}
