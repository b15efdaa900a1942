/// Counts the frames of an MPEG audio file (layer III), because the count in its first frame may be wrong.
enum MPEGFrames {
    /// Largest number of bytes from a tag to the first frame.
    private static let longestGap = 1 << 20

    /// Number of samples beyond the count in the first frame (`Xing`, `Info`); `nil` if the count is right or missing.
    static func uncounted(in input: ByteInput) throws(AudioFileError) -> UnreadPart? {
        let start = try Self.start(of: input)
        var position = start
        var (buffer, origin) = ([UInt8](), 0)
        var (claimed, frames): (Int?, Int) = (nil, 0)
        while position + 4 <= input.size {
            if position < origin || position + 256 > origin + buffer.count {
                (buffer, origin) = (try input.bytes(at: position, count: 1 << 18), position)
            }
            let head = buffer[min(buffer.count, position - origin)...].prefix(256)
            guard let length = Self.length(head) else {
                if head.isEmpty || frames == 0 && position - start > Self.longestGap { return nil }
                // The next byte that may begin a frame.
                let next = buffer[(position - origin + 1)...].firstIndex(of: 0xFF)
                position = origin + (next ?? buffer.count)
                continue
            }
            if frames == 0 {
                claimed = count(in: head)
                if claimed == nil { return nil }
            }
            frames += 1
            position += length
        }
        // The first frame holds the count and is not counted itself.
        guard let claimed, abs(frames - 1 - claimed) > 2 else { return nil }
        return UnreadPart(.joined, "its first frame counts \(claimed) frames, \(frames - 1) are there")
    }

    /// Number of bytes of an ID3v2 tag before the first frame.
    private static func start(of input: ByteInput) throws(AudioFileError) -> Int {
        let head = try input.bytes(at: 0, count: 10)
        guard head.count == 10, head.starts(with: "ID3".utf8) else { return 0 }
        return 10 + head[6...].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
    }

    /// Number of bytes of the frame that begins with `head` (ISO 11172-3, 13818-3 and MPEG 2.5); `nil` if it is not of
    /// layer III.
    private static func length(_ head: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(head.prefix(4))
        guard bytes.count == 4, bytes[0] == 0xFF, bytes[1] & 0xE6 == 0xE2 else { return nil }
        let version = Int(bytes[1] >> 3 & 3)
        let (rate, speed) = (Int(bytes[2] >> 4), Int(bytes[2] >> 2 & 3))
        guard version != 1, rate > 0, rate < 15, speed < 3 else { return nil }
        let first = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
        let second = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        let hertz = [44100, 48000, 32000][speed] >> [2, 0, 1, 0][version]
        let bits = 1000 * (version == 3 ? first : second)[rate]
        return (version == 3 ? 144 : 72) * bits / hertz + Int(bytes[2] >> 1 & 1)
    }

    /// The number of frames in a `Xing` or `Info` header.
    private static func count(in head: ArraySlice<UInt8>) -> Int? {
        for offset in [36, 21, 13] where head.count >= offset + 12 {
            guard ["Xing", "Info"].contains(head.text(at: offset)) else { continue }
            return head.bigEndian(at: offset + 4, bytes: 4) & 1 != 0 ? head.bigEndian(at: offset + 8, bytes: 4) : nil
        }
        return nil
    }
}
