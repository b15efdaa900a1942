/// Finds files of one container that are joined, one after the other or in layers. libsndfile reads only the first.
enum JoinedFiles {
    /// A second recording in the Ogg, FLAC or MP3 file behind `input`.
    static func find(in input: ByteInput) throws(AudioFileError) -> UnreadPart? {
        let head = try input.bytes(at: 0, count: 4)
        if head.count == 4, head[0] == 0xFF, head[1] & 0xE6 == 0xE2 { return try MPEGFrames.uncounted(in: input) }
        switch KnownContainer.name(of: head) {
        case "an MP3 file": return try MPEGFrames.uncounted(in: input)
        case "an Ogg file": return try secondStream(of: input)
        case "a FLAC file": return try secondFLAC(in: input)
        default: return nil
        }
    }

    /// The beginning of a second stream, found page by page (RFC 3533).
    private static func secondStream(of input: ByteInput) throws(AudioFileError) -> UnreadPart? {
        var (position, streams, buffer, start) = (0, 0, [UInt8](), 0)
        func peek(_ count: Int) throws(AudioFileError) -> ArraySlice<UInt8> {
            if position < start || position + count > start + buffer.count {
                (buffer, start) = (try input.bytes(at: position, count: 1 << 16), position)
            }
            return buffer[min(buffer.count, position - start)...].prefix(count)
        }
        while true {
            let head = try peek(27 + 255)
            guard head.count >= 27, head.text(at: 0) == "OggS" else { return nil }
            let segments = Int(head[head.startIndex + 26])
            guard head.count >= 27 + segments else { return nil }
            if head[head.startIndex + 5] & 2 != 0 {
                streams += 1
                if streams > 1 {
                    return UnreadPart(.joined, "a second Ogg stream, from byte \(position) on")
                }
            }
            position += 27 + segments + head.dropFirst(27).prefix(segments).reduce(0) { $0 + Int($1) }
        }
    }

    /// A second FLAC header: its mark and the 34 bytes of stream information at its beginning.
    private static func secondFLAC(in input: ByteInput) throws(AudioFileError) -> UnreadPart? {
        let mark: [UInt8] = [0x66, 0x4C, 0x61, 0x43, 0, 0, 0, 0x22]
        // Without stream information it is not a FLAC file, so the rest need not be read.
        var head = try input.bytes(at: 0, count: mark.count)
        guard head.count == mark.count else { return nil }
        head[4] &= 0x7F
        guard head == mark else { return nil }
        let block = 1 << 20
        var position = 1
        while true {
            let bytes = try input.bytes(at: position, count: block + 7)
            if bytes.count < 8 { return nil }
            for start in 0...(bytes.count - 8) where bytes[start] == 0x66 {
                var found = bytes[start..<start + 8]
                found[start + 4] &= 0x7F
                if found.elementsEqual(mark) {
                    let at = position + start
                    return UnreadPart(.joined, bytes: at..<input.size, "a second FLAC file, from byte \(at) on")
                }
            }
            position += block
        }
    }
}
