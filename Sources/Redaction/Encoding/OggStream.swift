internal import AtomicFiles

/// The only logical stream of an Ogg file (RFC 3533): its header packets, and its pages of audio.
struct OggStream {
    /// A page: its header, which ends with the lacing values, and its body.
    struct Page {
        var head: [UInt8]
        var body: Range<Int>

        var serial: ArraySlice<UInt8> { head[14..<18] }
        var isBeginning: Bool { head[5] & 2 != 0 }

        /// The page at `at` in the file behind `descriptor`, or `nil`.
        init?(_ descriptor: Int32, at: Int) {
            guard let fixed = FileBytes.read(descriptor, at..<at + 27), fixed.count == 27,
                fixed.starts(with: "OggS".utf8),
                let lacing = FileBytes.read(descriptor, at + 27..<at + 27 + Int(fixed[26])),
                lacing.count == Int(fixed[26])
            else { return nil }
            head = fixed + lacing
            let start = at + head.count
            body = start..<start + lacing.reduce(0) { $0 + Int($1) }
        }
    }

    /// The coding of the stream.
    enum Coding: Equatable {
        case opus, vorbis, other
    }

    let coding: Coding
    /// The header packets: the description of the stream, then the comments, then the code books of Vorbis.
    private(set) var headers: [[UInt8]] = []
    /// Position of the first page of audio.
    private(set) var audioStart = 0
    /// Number of bytes of audio.
    private(set) var audioBytes = 0
    private var serial: [UInt8] = []
    private let descriptor: Int32
    private let size: Int

    /// The stream in the file behind `descriptor`; `nil` if the file is not Ogg or has several streams.
    init?(_ descriptor: Int32, size: Int) {
        (self.descriptor, self.size) = (descriptor, size)
        guard let first = Page(descriptor, at: 0), let packet = FileBytes.read(descriptor, first.body) else {
            return nil
        }
        coding =
            packet.starts(with: "OpusHead".utf8) ? .opus : packet.starts(with: [1] + "vorbis".utf8) ? .vorbis : .other
        serial = Array(first.serial)
        let wanted = coding == .opus ? 2 : coding == .vorbis ? 3 : 0
        var (at, packet2) = (0, [UInt8]())
        while headers.count < wanted {
            guard let page = Page(descriptor, at: at), page.serial.elementsEqual(serial),
                var body = FileBytes.read(descriptor, page.body)?[...]
            else { return nil }
            for lace in page.head.dropFirst(27) {
                packet2 += body.prefix(Int(lace))
                body = body.dropFirst(Int(lace))
                if lace < 255 {
                    headers.append(packet2)
                    packet2 = []
                }
            }
            at = page.body.upperBound
        }
        guard headers.count == wanted, packet2.isEmpty else { return nil }
        audioStart = at
        while let page = Page(descriptor, at: at) {
            guard page.serial.elementsEqual(serial), !page.isBeginning || at == 0 else { return nil }
            audioBytes += page.body.count
            at = page.body.upperBound
        }
    }

    /// The rate in bits a second that a Vorbis stream declares; 0 if it declares none.
    var nominalRate: Int {
        guard coding == .vorbis, let first = headers.first, first.count >= 24 else { return 0 }
        let rate = first[20..<24].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return max(0, Int(Int32(bitPattern: rate)))
    }

    /// Writes this stream with the comments of `original` to `file`; messages call the recording `path`.
    func write(
        to file: AtomicFile, commentsOf original: OggStream, of path: String, _ shouldContinue: () -> Bool
    ) throws(RedactionRefusal) -> Bool {
        var packets = headers
        packets[1] = original.headers[1]
        var sequence = 0
        let first = Self.pages([packets[0]], serial, &sequence, beginning: true)
        let others = Self.pages(Array(packets.dropFirst()), serial, &sequence, beginning: false)
        for page in first + others { try attempt { () throws(AtomicFileError) in try file.write(page.span) } }
        var at = audioStart
        while at < size {
            guard shouldContinue() else { return false }
            guard let page = Page(descriptor, at: at), let body = FileBytes.read(descriptor, page.body) else {
                throw .cannotEncode(path: path, detail: "its Ogg pages cannot be written")
            }
            var bytes = page.head + body
            Self.seal(&bytes, &sequence)
            try attempt { () throws(AtomicFileError) in try file.write(bytes.span) }
            at = page.body.upperBound
        }
        return true
    }

    /// Pages that hold `packets`, beginning on a new page.
    private static func pages(
        _ packets: [[UInt8]], _ serial: [UInt8], _ sequence: inout Int, beginning: Bool
    ) -> [[UInt8]] {
        var laces: [(lace: UInt8, body: ArraySlice<UInt8>)] = []
        for packet in packets {
            var rest = packet[...]
            repeat {
                let piece = rest.prefix(255)
                laces.append((UInt8(piece.count), piece))
                rest = rest.dropFirst(255)
                if piece.count == 255 && rest.isEmpty { laces.append((0, [])) }
            } while !rest.isEmpty
        }
        var pages: [[UInt8]] = []
        var isContinued = false
        while !laces.isEmpty {
            let page = laces.prefix(255)
            laces.removeFirst(page.count)
            let ends = page.contains { $0.lace < 255 }
            var bytes = Array("OggS".utf8) + [0, (isContinued ? 1 : 0) | (beginning && pages.isEmpty ? 2 : 0)]
            bytes += [UInt8](repeating: ends ? 0 : 0xFF, count: 8) + serial + [UInt8](repeating: 0, count: 8)
            bytes += [UInt8(page.count)] + page.map(\.lace)
            for piece in page { bytes += piece.body }
            seal(&bytes, &sequence)
            pages.append(bytes)
            isContinued = page.last?.lace == 255
        }
        return pages
    }

    /// Sets the number and the check sum of a page.
    private static func seal(_ page: inout [UInt8], _ sequence: inout Int) {
        for byte in 0..<4 {
            page[18 + byte] = UInt8(truncatingIfNeeded: sequence >> (8 * byte))
            page[22 + byte] = 0
        }
        sequence += 1
        var sum: UInt32 = 0
        for byte in page { sum = sum << 8 ^ table[Int(UInt8(truncatingIfNeeded: sum >> 24) ^ byte)] }
        for byte in 0..<4 { page[22 + byte] = UInt8(truncatingIfNeeded: sum >> (8 * byte)) }
    }

    /// The remainders of RFC 3533's polynomial, 0x04C11DB7.
    private static let table: [UInt32] = (0..<256).map { (index: UInt32) in
        (0..<8).reduce(index << 24) { sum, _ in sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
    }
}
