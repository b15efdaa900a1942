import Codecs

/// The format of the samples according to a container's format chunk.
enum StoredFormat: Hashable {
    case known(AudioFormat, Certainty)
    /// A coding that this package does not read, in words.
    case other(String)

    /// Whether the fields of a header agree on the width of a sample.
    enum Certainty: Hashable {
        case consistent
        /// They disagree, and the majority decides; in words.
        case inferred(String)
        /// They disagree, and the width cannot be decided; in words.
        case contradictory(String)
    }

    var format: AudioFormat? {
        if case .known(let format, _) = self { return format }
        return nil
    }

    /// Whether the samples of both formats can be read as one stream.
    func isSame(as other: StoredFormat) -> Bool {
        guard let format, let wanted = other.format else { return self == other }
        return format == wanted
    }

    /// The format in words.
    var words: String {
        switch self {
        case .known(let format, _):
            "\(format.sampleRate) Hz, \(format.channels) channels, \(8 * format.encoding.bytesPerSample) bits"
        case .other(let coding): coding
        }
    }

    /// Number of bytes in a second; 0 if unknown.
    var bytesPerSecond: Int { format.map { $0.sampleRate * $0.bytesPerFrame } ?? 0 }
}

extension StoredFormat {
    /// WAVE's codes. Integers of 8 bits are unsigned there, under the code of signed ones.
    static let waveCodes: [SampleEncoding.Kind: Int] = [.signed: 1, .float: 3, .aLaw: 6, .muLaw: 7]

    /// A `fmt ` chunk of WAVE and Wave64.
    ///
    /// The width of the container counts rather than the valid bits, because samples are left-justified in it.
    init(wave chunk: ArraySlice<UInt8>) {
        guard chunk.count >= 16 else {
            self = .other("format chunk of \(chunk.count) bytes")
            return
        }
        var code = chunk.littleEndian(at: 0, bytes: 2)
        if code == 0xFFFE, chunk.count >= 26 { code = chunk.littleEndian(at: 24, bytes: 2) }
        guard let kind = Self.waveCodes.first(where: { $0.value == code })?.key else {
            self = .other("coding \(code)")
            return
        }
        let fields = WidthFields(chunk)
        guard let (width, certainty) = fields.inferred(kind) else {
            self = .other("coding \(code) with samples of \(fields.bits) bits")
            return
        }
        let encoding = SampleEncoding(kind == .signed && width == 1 ? .unsigned : kind, bits: 8 * width)!
        self = .known(AudioFormat(sampleRate: fields.rate, channels: fields.channels, encoding: encoding), certainty)
    }

    /// A `COMM` chunk of AIFF and AIFF-C.
    init(aiff chunk: ArraySlice<UInt8>) {
        guard chunk.count >= 18, let rate = chunk.extendedFloat(at: 8) else {
            self = .other("format chunk of \(chunk.count) bytes")
            return
        }
        let width = (chunk.bigEndian(at: 6, bytes: 2) + 7) / 8
        let coding = chunk.count >= 22 ? chunk.text(at: 18) : "NONE"
        let encoding: SampleEncoding?
        switch coding {
        case "NONE", "twos", "in24", "in32": encoding = SampleEncoding(.signed, bits: 8 * width, isBigEndian: true)
        case "sowt": encoding = SampleEncoding(.signed, bits: 8 * width)
        case "raw ": encoding = .unsigned8
        case "fl32", "FL32": encoding = SampleEncoding(.float, bits: 32, isBigEndian: true)
        case "fl64", "FL64": encoding = SampleEncoding(.float, bits: 64, isBigEndian: true)
        case "ulaw", "ULAW": encoding = .muLaw
        case "alaw", "ALAW": encoding = .aLaw
        default: encoding = nil
        }
        self.init(rate, chunk.bigEndian(at: 0, bytes: 2), encoding, "coding \(coding) of \(8 * width) bits")
    }

    /// A `desc` chunk of CAF.
    init(caf chunk: ArraySlice<UInt8>) {
        guard chunk.count >= 32 else {
            self = .other("format chunk of \(chunk.count) bytes")
            return
        }
        let rate = Double(bitPattern: UInt64(truncatingIfNeeded: chunk.bigEndian(at: 0, bytes: 8)))
        let (coding, flags) = (chunk.text(at: 8), chunk.bigEndian(at: 12, bytes: 4))
        let channels = chunk.bigEndian(at: 24, bytes: 4)
        let (packet, bits) = (chunk.bigEndian(at: 16, bytes: 4), chunk.bigEndian(at: 28, bytes: 4))
        let byPacket = channels > 0 && packet >= channels && packet.isMultiple(of: channels) ? packet / channels : nil
        // Samples of up to 24 bits may be stored in four bytes. Otherwise the bits decide, as in other players, and a
        // packet of another size is reported.
        let byBits = (bits + 7) / 8
        let width = byBits == 0 || byBits == 3 && byPacket == 4 ? byPacket ?? 0 : byBits
        let isDoubtful = coding == "lpcm" && byPacket != width
        let encoding: SampleEncoding? =
            switch coding {
            case "lpcm":
                SampleEncoding(flags & 1 != 0 ? .float : .signed, bits: 8 * width, isBigEndian: flags & 2 == 0)
            case "ulaw": .muLaw
            case "alaw": .aLaw
            default: nil
            }
        self.init(rate, channels, encoding, "coding \(coding) of \(bits) bits")
        if isDoubtful, case .known(let format, _) = self {
            self = .known(
                format,
                .contradictory(
                    "packets of \(packet) bytes with \(channels) samples of \(bits) bits contradict each other"))
        }
    }

    /// The header of an AU file, from its coding on.
    init(au chunk: ArraySlice<UInt8>, isBigEndian: Bool) {
        func number(_ offset: Int) -> Int {
            isBigEndian ? chunk.bigEndian(at: offset, bytes: 4) : chunk.littleEndian(at: offset, bytes: 4)
        }
        let encoding: SampleEncoding? =
            switch number(0) {
            case 1: .muLaw
            case 2: .signed8
            case 3: SampleEncoding(.signed, bits: 16, isBigEndian: isBigEndian)
            case 4: SampleEncoding(.signed, bits: 24, isBigEndian: isBigEndian)
            case 5: SampleEncoding(.signed, bits: 32, isBigEndian: isBigEndian)
            case 6: SampleEncoding(.float, bits: 32, isBigEndian: isBigEndian)
            case 7: SampleEncoding(.float, bits: 64, isBigEndian: isBigEndian)
            case 27: .aLaw
            default: nil
            }
        self.init(Double(number(4)), number(8), encoding, "coding \(number(0))")
    }

    private init(_ rate: Double, _ channels: Int, _ encoding: SampleEncoding?, _ words: String) {
        guard let encoding else {
            self = .other(words)
            return
        }
        let whole = rate.isFinite ? Int(min(max(rate.rounded(), -1), 1e12)) : -1
        self = .known(AudioFormat(sampleRate: whole, channels: channels, encoding: encoding), .consistent)
    }
}

/// The fields of a `fmt ` chunk that each imply the width of a sample.
private struct WidthFields {
    let channels, rate, byteRate, blockAlign, bits: Int

    init(_ chunk: ArraySlice<UInt8>) {
        channels = chunk.littleEndian(at: 2, bytes: 2)
        rate = chunk.littleEndian(at: 4, bytes: 4)
        byteRate = chunk.littleEndian(at: 8, bytes: 4)
        blockAlign = chunk.littleEndian(at: 12, bytes: 2)
        bits = chunk.littleEndian(at: 14, bytes: 2)
    }

    /// Number of bytes in a sample of `kind`, with its certainty; `nil` if no field gives a possible width.
    ///
    /// Players use the bits (sox, ffmpeg). Block align and byte rate together indicate a sample of 24 bits in four
    /// bytes.
    func inferred(_ kind: SampleEncoding.Kind) -> (Int, StoredFormat.Certainty)? {
        func valid(_ width: Int) -> Int? {
            SampleEncoding(kind == .signed && width == 1 ? .unsigned : kind, bits: 8 * width) == nil ? nil : width
        }
        guard channels > 0 else {
            return valid((bits + 7) / 8).map { ($0, .consistent) } ?? (kind == .signed ? (2, .consistent) : nil)
        }
        let byBits = bits > 0 ? valid((bits + 7) / 8) : nil
        let byAlign = blockAlign % channels == 0 ? valid(blockAlign / channels) : nil
        let byRate = rate > 0 && byteRate % (rate * channels) == 0 ? valid(byteRate / (rate * channels)) : nil
        if byBits != nil, byBits == byAlign { return (byBits!, .consistent) }
        let words = "its header gives \(bits) bits a sample, \(blockAlign) bytes a frame and \(byteRate) bytes a second"
        if let byBits, byBits == byRate { return (byBits, .inferred(words + "; heard as \(8 * byBits) bits")) }
        if let byAlign, byAlign == byRate, bits == 0 || (bits > 16 && byAlign == (bits + 7) / 8 + 1) {
            return (byAlign, bits == 24 ? .consistent : .inferred(words + "; heard as \(8 * byAlign) bits"))
        }
        return (byBits ?? byAlign ?? byRate).map { ($0, .contradictory(words + ", and they contradict each other")) }
    }
}
