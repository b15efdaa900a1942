import ArgumentParser
import AudioIO

/// How samples without a header are laid out, said as sox says it.
struct RawOptions: ParsableArguments {
    enum FileType: String, ExpressibleByArgument, CaseIterable { case raw, wav }

    enum Encoding: String, ExpressibleByArgument, CaseIterable {
        case signed = "signed"
        case signedInteger = "signed-integer"
        case unsigned = "unsigned"
        case unsignedInteger = "unsigned-integer"
        case float = "float"
        case floatingPoint = "floating-point"
        case muLaw = "mu-law"
        case uLaw = "u-law"
        case aLaw = "a-law"

        static var allValueStrings: [String] { ["signed", "unsigned", "float", "mu-law", "a-law"] }

        var kind: SampleEncoding.Kind {
            switch self {
            case .signed, .signedInteger: .signed
            case .unsigned, .unsignedInteger: .unsigned
            case .float, .floatingPoint: .float
            case .muLaw, .uLaw: .muLaw
            case .aLaw: .aLaw
            }
        }
    }

    @Option(name: [.customShort("t"), .customLong("type")], help: "Type of the input: 'raw' has no header.")
    var type: FileType?

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
        help: "Encoding of a sample (raw; default: signed, of 8 bits unsigned).")
    var encoding: Encoding?

    @Flag(
        name: [.customShort("B"), .customLong("big-endian")], help: "The first byte of a sample is the high one (raw).")
    var isBigEndian = false

    @Flag(
        name: [.customShort("L"), .customLong("little-endian")],
        help: "The first byte of a sample is the low one (raw; the default).")
    var isLittleEndian = false

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
        guard type == .raw else {
            if rate != nil || channels != nil || bits != nil || encoding != nil || isBigEndian || isLittleEndian {
                throw Failure(.usage, "-r, -c, -b, -e, -B and -L describe raw samples", advice: "add -t raw")
            }
            return nil
        }
        if isBigEndian && isLittleEndian {
            throw Failure(.usage, "samples are big-endian or little-endian", advice: "leave -B or -L out")
        }
        guard let rate else { throw AudioFileError.rateMissing(path: name) }
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
        let kind = encoding?.kind ?? (bits == 8 ? .unsigned : .signed)
        let usual =
            switch kind {
            case .signed: 16
            case .float: 32
            case .unsigned, .muLaw, .aLaw: 8
            }
        guard let result = SampleEncoding(kind, bits: bits ?? usual, isBigEndian: isBigEndian) else {
            throw Failure(
                .usage, "there are no \(encoding?.rawValue ?? "signed") samples of \(bits ?? usual) bits",
                advice: "signed has 8, 16, 24 or 32, float 32 or 64, the others 8")
        }
        return result
    }
}
