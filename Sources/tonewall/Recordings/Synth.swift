import ArgumentParser
import AudioIO
import Codecs
import Failures
import Recordings

struct Synth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: "Generate key tones.",
        discussion: """
            KEYS are 0–9, *, # and A–D; a comma or a space is a pause of half a second. OUT is a WAVE file, a file of \
            the format that its suffix names, or '-' for standard output.

            EXAMPLES
              tonewall synth '159#' keys.wav
              tonewall synth --on 50 --off 50 --level -25 --twist 4 --noise -50 0123456789 hard.wav
              tonewall synth -t raw -e mu-law '*1' - | tonewall decode -t raw -r 8000 -e mu-law -
              tonewall synth '42#' - | aplay -q -D caller
            """)

    @Argument(help: "Keys to generate.")
    var keys: String

    @Argument(help: "Output file; '-' is standard output.", completion: .file())
    var output: String

    @Option(help: "Duration of a key in ms.")
    var on = 100.0

    @Option(help: "Pause between keys in ms.")
    var off = 100.0

    @Option(help: "Silence before the first key in ms.")
    var lead = 0.0

    @Option(parsing: .unconditional, help: "Level of the stronger tone in dBm0 (a full-scale sine is 3.14).")
    var level = -10.0

    @Option(parsing: .unconditional, help: "Twist in dB: level of the high tone minus the low one.")
    var twist = 0.0

    @Option(parsing: .unconditional, help: "Error of both frequencies in percent.")
    var detune = 0.0

    @Option(parsing: .unconditional, help: "Level of added white noise in dBm0.")
    var noise: Double?

    @Option(help: "Seed of the noise.")
    var seed: UInt64 = 1

    @Option(
        name: [.customShort("t"), .customLong("type")],
        help: "Output type; 'raw', 'ulaw', 'alaw', 'sln' … have no header.",
        transform: FileTypeName.named)
    var type: FileTypeName?

    @Option(
        name: [.customShort("r"), .customLong("rate")],
        help: "Frames a second (default: 8000, or the rate of OUT's suffix).",
        transform: RawLayout.rate)
    var askedRate: Int?

    @Option(name: [.customShort("c"), .customLong("channels")], help: "Number of channels; the keys are in the first.")
    var channels = 1

    @Option(name: [.customShort("b"), .customLong("bits")], help: "Bits a sample.")
    var bits: Int?

    @Option(
        name: [.customShort("e"), .customLong("encoding")],
        help: "Encoding of a sample: signed, float, mu-law, s16le …",
        transform: EncodingName.named)
    var encoding: EncodingName?

    func run() throws {
        let said = AudioFormat(headerless: output)
        let rate = askedRate ?? type?.rate ?? said?.sampleRate ?? 8000
        guard AudioFormat.channelCounts.contains(channels) else {
            throw Failure.usage("\(channels) channels cannot be written", advice: "1 to 256")
        }
        var sequence = KeySequence()
        (sequence.on, sequence.off, sequence.lead) = (on / 1000, off / 1000, lead / 1000)
        (sequence.level, sequence.twist, sequence.detune) = (level, twist, detune / 100)
        (sequence.noise, sequence.seed) = (noise, seed)
        let samples = try sequence.samples(of: keys, rate: rate)
        let layout = RawLayout(type: type, bits: bits, encoding: encoding)
        let isSaid = type == nil && bits == nil && encoding == nil
        let stored = try isSaid ? said?.encoding ?? .signed16 : layout.sampleEncoding(eightBits: .signed)
        let writer = try AudioWriter(
            output, format: AudioFormat(sampleRate: rate, channels: channels, encoding: stored),
            container: type.map { $0.isRaw ? .raw : .wav }, frameCount: samples.count)
        try writer.write(inFirstChannel: samples)
        try writer.finish()
    }
}
