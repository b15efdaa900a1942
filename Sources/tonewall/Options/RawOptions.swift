import ArgumentParser
import AudioIO
import Codecs
import Failures

/// The layout of samples without a header, with the option names of sox.
struct RawOptions: ParsableArguments {
    @Option(
        name: [.customShort("t"), .customLong("type")],
        help:
            "Type of the input: 'raw' has no header; 'ulaw', 'alaw', 'sln', 'sln16', 's16le' … also name the encoding.",
        transform: FileTypeName.named)
    var type: FileTypeName?

    @Option(
        name: [.customShort("r"), .customLong("rate")],
        help: "Frames a second, such as 8000 or 8k (raw; no default).",
        transform: RawLayout.rate)
    var rate: Int?

    @Option(name: [.customShort("c"), .customLong("channels")], help: "Channels, interleaved (raw; default: 1).")
    var channels: Int?

    @Option(
        name: [.customShort("b"), .customLong("bits")], help: "Bits a sample: 8, 16, 24, 32 or 64 (raw; default: 16).")
    var bits: Int?

    @Option(
        name: [.customShort("e"), .customLong("encoding")],
        help:
            "Encoding of a sample: signed, unsigned, float, mu-law, a-law, s16le … (raw; default: signed, for 8 bits unsigned).",
        transform: EncodingName.named)
    var encoding: EncodingName?

    @Flag(
        name: [.customShort("B"), .customLong("big-endian")], help: "The first byte of a sample is the high one (raw).")
    var isBigEndian = false

    @Flag(
        name: [.customShort("L"), .customLong("little-endian")],
        help: "The first byte of a sample is the low one (raw; the default).")
    var isLittleEndian = false

    @Flag(help: "Read a file as raw samples even if it begins like a container (raw).")
    var forceRaw = false

    /// The layout of the raw samples called `name`; `nil` if the input has a header.
    func layout(of name: String) throws -> AudioFormat? {
        let isOrdered = isBigEndian || isLittleEndian
        let layout = RawLayout(
            type: type, rate: rate, channels: channels, bits: bits, encoding: encoding,
            isBigEndian: isOrdered ? isBigEndian : nil)
        guard type?.isRaw == true else {
            guard !forceRaw, !isOrdered, rate == nil, channels == nil, bits == nil, encoding == nil else {
                throw Failure.usage(
                    "-r, -c, -b, -e, -B, -L and --force-raw describe raw samples", advice: "add -t raw")
            }
            return nil
        }
        if isBigEndian && isLittleEndian {
            throw Failure.usage("samples are big-endian or little-endian", advice: "leave -B or -L out")
        }
        return try layout.format(of: name)
    }
}
