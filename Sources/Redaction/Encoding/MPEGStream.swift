/// The structure of an MPEG audio stream (ISO 11172-3, 13818-3; layers II and III).
struct MPEGStream {
    /// Number of bytes of tags before the first frame and after the last: ID3v2; APEv2 and ID3v1.
    private(set) var headBytes = 0
    private(set) var tailBytes = 0
    /// Number of bytes of a first frame that holds the number of frames instead of audio.
    private(set) var informationBytes = 0
    /// Bits a second of the audio frames, each rate once, in order of first occurrence.
    private(set) var rates: [Int] = []
    /// Number of bytes of audio frames.
    private var bytes = 0
    private var frames = 0
    private var samplesPerFrame = 0
    private var sampleRate = 0

    /// Whether every frame has the same rate.
    var isConstant: Bool { rates.count == 1 }
    /// Mean bits a second.
    var meanRate: Double {
        frames == 0 ? 0 : Double(8 * bytes * sampleRate) / Double(frames * samplesPerFrame)
    }

    /// Highest and lowest rate, in bits a second, of layer III at `sampleRate` Hz.
    static func range(at sampleRate: Int) -> (lowest: Double, highest: Double) {
        sampleRate >= 32000 ? (32000, 320_000) : sampleRate >= 16000 ? (8000, 160_000) : (8000, 64000)
    }

    /// The stream in bytes `range` of the file behind `descriptor`, or `nil`.
    init?(_ descriptor: Int32, _ range: Range<Int>) {
        guard let head = FileBytes.read(descriptor, range.prefix(10)) else { return nil }
        headBytes = Self.tagBytes(head)
        tailBytes = Self.tailBytes(descriptor, range)
        var at = range.lowerBound + headBytes
        let end = range.upperBound - tailBytes
        // Some writers leave zeros after a tag.
        while at < end, FileBytes.read(descriptor, at..<min(end, at + 1)) == [0] { at += 1 }
        headBytes = at - range.lowerBound
        var block: [UInt8] = []
        var blockStart = at
        while at + 4 <= end {
            if at + 200 > blockStart + block.count {
                block = FileBytes.read(descriptor, at..<min(end, at + FileBytes.blockSize)) ?? []
                blockStart = at
            }
            let rest = block.dropFirst(at - blockStart)
            guard let frame = Frame(rest) else { break }
            if frames == 0 && informationBytes == 0 && frame.isInformation(rest) {
                informationBytes = frame.bytes
            } else {
                if !rates.contains(frame.rate) { rates.append(frame.rate) }
                bytes += frame.bytes
                frames += 1
                (samplesPerFrame, sampleRate) = (frame.samples, frame.sampleRate)
            }
            at += frame.bytes
        }
        if frames == 0 { return nil }
    }

    /// Number of bytes of an ID3v2 tag at the start of `head`.
    private static func tagBytes(_ head: [UInt8]) -> Int {
        guard head.count == 10, head.starts(with: "ID3".utf8) else { return 0 }
        let size = head[6...].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
        return 10 + size + (head[5] & 0x10 != 0 ? 10 : 0)
    }

    private static func tailBytes(_ descriptor: Int32, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        func last(_ count: Int) -> [UInt8] {
            FileBytes.read(descriptor, max(range.lowerBound, end - count)..<end) ?? []
        }
        let tag = last(128)
        if tag.count == 128, tag.starts(with: "TAG".utf8) { end -= 128 }
        let footer = last(32)
        if footer.count == 32, footer.starts(with: "APETAGEX".utf8) {
            let size = footer[12..<16].reversed().reduce(0) { $0 << 8 | Int($1) }
            let hasHeader = footer[23] & 0x80 != 0
            end = max(range.lowerBound, end - size - (hasHeader ? 32 : 0))
        }
        return range.upperBound - end
    }

    /// A frame's header.
    private struct Frame {
        var rate: Int
        var sampleRate: Int
        var samples: Int
        var bytes: Int
        private var sideBytes: Int

        init?(_ bytes: ArraySlice<UInt8>) {
            guard bytes.count >= 4, let first = bytes.first, first == 0xFF else { return nil }
            let header = Array(bytes.prefix(4))
            let version = Int(header[1] >> 3 & 3)
            let layer = 4 - Int(header[1] >> 1 & 3)
            let (rateIndex, frequency) = (Int(header[2] >> 4), Int(header[2] >> 2 & 3))
            guard header[1] & 0xE0 == 0xE0, version != 1, layer == 2 || layer == 3, (1...14).contains(rateIndex),
                frequency < 3
            else { return nil }
            let isFirst = version == 3
            rate =
                1000 * (layer == 2 && isFirst ? Self.layerII : isFirst ? Self.layerIII : Self.lowRates)[rateIndex - 1]
            sampleRate = [44100, 48000, 32000][frequency] >> (isFirst ? 0 : version == 2 ? 1 : 2)
            samples = layer == 3 && !isFirst ? 576 : 1152
            self.bytes = samples / 8 * rate / sampleRate + Int(header[2] >> 1 & 1)
            let isMono = header[3] >> 6 == 3
            sideBytes = isFirst ? (isMono ? 17 : 32) : (isMono ? 9 : 17)
        }

        /// Whether the frame holds a number of frames (Xing, Info, VBRI) instead of audio.
        func isInformation(_ bytes: ArraySlice<UInt8>) -> Bool {
            let words = [sideBytes + 4, 36].map { bytes.dropFirst($0).prefix(4) }
            return ["Xing", "Info"].contains { words[0].elementsEqual($0.utf8) } || words[1].elementsEqual("VBRI".utf8)
        }

        private static let layerII = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
        private static let layerIII = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
        private static let lowRates = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    }
}
