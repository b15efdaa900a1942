import Codecs
import ArgumentParser
import AudioIO
import Failures

/// How samples without a header are laid out, said as sox says it.
struct RawOptions: ParsableArguments {
    @Option(
        name: [.customShort("t"), .customLong("type")],
        help:
            "Type of the input: 'raw' has no header; 'ulaw', 'alaw', 'sln', 'sln16', 's16le' … say what it holds, too.",
        transform: FileTypeName.named)
    var type: FileTypeName?

    @Option(
        name: [.customShort("r"), .customLong("rate")],
        help: "Frames a second, as 8000 or 8k (raw; there is no default).",
        transform: RawOptions.rate)
    var rate: Int?

    @Option(name: [.customShort("c"), .customLong("channels")], help: "Channels, interleaved (raw; default: 1).")
    var channels: Int?

    @Option(
        name: [.customShort("b"), .customLong("bits")], help: "Bits a sample: 8, 16, 24, 32 or 64 (raw; default: 16).")
    var bits: Int?

    @Option(
        name: [.customShort("e"), .customLong("encoding")],
        help:
            "Encoding of a sample, as signed, unsigned, float, mu-law, a-law, s16le (raw; default: signed, of 8 bits unsigned).",
        transform: EncodingName.named)
    var encoding: EncodingName?

    @Flag(
        name: [.customShort("B"), .customLong("big-endian")], help: "The first byte of a sample is the high one (raw).")
    var isBigEndian = false

    @Flag(
        name: [.customShort("L"), .customLong("little-endian")],
        help: "The first byte of a sample is the low one (raw; the default).")
    var isLittleEndian = false

    @Flag(help: "Take a file for raw samples even where it begins as a container does (raw).")
    var forceRaw = false

    /// A rate in Hz, or in thousands of them with a k behind.
    static func rate(_ text: String) throws -> Int {
        let isThousands = text.hasSuffix("k")
        let number = Double(isThousands ? String(text.dropLast()) : text).map { isThousands ? 1000 * $0 : $0 }
        guard let number, number == number.rounded(), abs(number) <= 1e9 else {
            throw ValidationError("a rate is a whole number of Hz, as 8k or 44.1k")
        }
        return Int(number)
    }

    /// The layout of the raw samples called `name`; `nil` where the input has a header.
    func layout(of name: String) throws -> AudioFormat? {
        guard type?.isRaw == true else {
            if forceRaw || rate != nil || channels != nil || bits != nil || encoding != nil || isBigEndian
                || isLittleEndian
            {
                throw Failure(
                    .usage, "-r, -c, -b, -e, -B, -L and --force-raw describe raw samples", advice: "add -t raw")
            }
            return nil
        }
        if isBigEndian && isLittleEndian {
            throw Failure(.usage, "samples are big-endian or little-endian", advice: "leave -B or -L out")
        }
        guard let rate = rate ?? encoding?.rate ?? type?.rate else { throw AudioFileError.rateMissing(path: name) }
        let format = AudioFormat(sampleRate: rate, channels: channels ?? 1, encoding: try sampleEncoding())
        if format.flaw != nil {
            throw Failure(
                .usage, "raw samples at \(rate) Hz in \(format.channels) channels cannot be",
                advice: "give 1 to 256 channels and a rate such as 8000")
        }
        return format
    }

    /// The encoding that -e, -b and -B name; 16-bit signed where they say nothing.
    func sampleEncoding() throws -> SampleEncoding {
        try Self.encoding(
            encoding, type: type, bits: bits, isBigEndian: isBigEndian ? true : isLittleEndian ? false : nil)
    }

    /// The encoding of these parts, each `nil` where nothing was said.
    static func encoding(
        _ name: EncodingName?, type: FileTypeName?, bits: Int?, isBigEndian: Bool? = nil,
        eightBits: SampleEncoding.Kind = .unsigned
    ) throws -> SampleEncoding {
        let name = name ?? type?.encoding.flatMap { EncodingName(argument: $0) }
        if let said = name?.bits, let bits, said != bits {
            throw Failure(.usage, "\(name!.name) samples have \(said) bits", advice: "leave -b out")
        }
        if let said = name?.isBigEndian, let isBigEndian, said != isBigEndian {
            throw Failure(.usage, "\(name!.name) says another byte order", advice: "leave -B or -L out")
        }
        let bits = bits ?? name?.bits
        let kind = name?.kind ?? (bits == 8 ? eightBits : .signed)
        let usual =
            switch kind {
            case .signed: 16
            case .float: 32
            case .unsigned, .muLaw, .aLaw: 8
            }
        let isBigEndian = isBigEndian ?? name?.isBigEndian ?? false
        guard let result = SampleEncoding(kind, bits: bits ?? usual, isBigEndian: isBigEndian) else {
            throw Failure(
                .usage, "there are no \(name?.name ?? "signed") samples of \(bits ?? usual) bits",
                advice: "signed has 8, 16, 24 or 32, float 32 or 64, the others 8")
        }
        return result
    }
}
