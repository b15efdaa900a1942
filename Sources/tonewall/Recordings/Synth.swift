import Codecs
import ArgumentParser
import AudioIO
import DTMF
import Failures

struct Synth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: "Make the tones of keys.",
        discussion: """
            KEYS are 0–9, *, # and A–D; a comma or a space is a pause of half a second. OUT is a WAVE file, what its \
            extension says, or '-' for standard output.

            EXAMPLES
              tonewall synth '159#' keys.wav
              tonewall synth --on 50 --off 50 --level -25 --twist 4 --noise -50 0123456789 hard.wav
              tonewall synth -t raw -e mu-law '*1' - | tonewall decode -t raw -r 8000 -e mu-law -
              tonewall synth '42#' - | aplay -q -D caller
            """)

    @Argument(help: "The keys.")
    var keys: String

    @Argument(help: "Where the audio goes; '-' is standard output.", completion: .file())
    var output: String

    @Option(help: "Milliseconds a key is down.")
    var on = 100.0

    @Option(help: "Milliseconds between keys.")
    var off = 100.0

    @Option(help: "Milliseconds of silence before the first key.")
    var lead = 0.0

    @Option(parsing: .unconditional, help: "Level of the stronger tone in dBm0 (a full-scale sine is 3.14).")
    var level = -10.0

    @Option(parsing: .unconditional, help: "The high tone over the low one in dB.")
    var twist = 0.0

    @Option(parsing: .unconditional, help: "Error of both frequencies in percent.")
    var detune = 0.0

    @Option(parsing: .unconditional, help: "Level of white noise under everything in dBm0.")
    var noise: Double?

    @Option(help: "Seed of the noise.")
    var seed: UInt64 = 1

    @Option(
        name: [.customShort("t"), .customLong("type")], help: "'raw', 'ulaw', 'alaw', 'sln' … write no header.",
        transform: FileTypeName.named)
    var type: FileTypeName?

    @Option(
        name: [.customShort("r"), .customLong("rate")],
        help: "Frames a second (default: 8000, or what OUT's name says).",
        transform: RawLayout.rate)
    var askedRate: Int?

    @Option(name: [.customShort("c"), .customLong("channels")], help: "Channels; the keys are in the first.")
    var channels = 1

    @Option(name: [.customShort("b"), .customLong("bits")], help: "Bits a sample.")
    var bits: Int?

    @Option(
        name: [.customShort("e"), .customLong("encoding")],
        help: "Encoding of a sample: signed, float, mu-law, s16le …",
        transform: EncodingName.named)
    var encoding: EncodingName?

    func run() throws {
        try checkRanges()
        let format = AudioFormat(sampleRate: rate, channels: channels, encoding: try sampleEncoding())
        var samples = try tones()
        if let noise {
            var source = WhiteNoise(level: noise, seed: seed)
            for index in samples.indices { samples[index] += source.next() }
        }
        let writer = try AudioWriter(
            output, format: format, container: type.map { $0.isRaw ? .raw : .wav },
            frameCount: samples.count)
        var block: [Float] = []
        for start in stride(from: 0, to: samples.count, by: 4096) {
            block.removeAll(keepingCapacity: true)
            for sample in samples[start..<min(start + 4096, samples.count)] {
                block.append(sample)
                for _ in 1..<channels { block.append(0) }
            }
            try writer.write(block.span)
        }
        try writer.finish()
    }

    private var rate: Int { askedRate ?? type?.rate ?? AudioFormat(headerless: output)?.sampleRate ?? 8000 }

    private func sampleEncoding() throws -> SampleEncoding {
        if encoding == nil, type == nil, bits == nil, let said = AudioFormat(headerless: output) {
            return said.encoding
        }
        return try RawLayout(type: type, bits: bits, encoding: encoding).sampleEncoding(eightBits: .signed)
    }

    private func tones() throws -> [Float] {
        var generator = ToneGenerator(
            sampleRate: Double(rate), level: level, twist: twist, lowOffset: detune / 100,
            highOffset: detune / 100)
        var samples = generator.silence(seconds: lead / 1000)
        for character in keys {
            if character == "," || character == " " {
                samples += generator.silence(seconds: 0.5)
            } else if let key = Key(character) {
                samples += generator.tone(key, seconds: on / 1000)
                samples += generator.silence(seconds: off / 1000)
            } else {
                throw Failure(.usage, "KEYS holds what is on no keypad", advice: "0–9, *, #, A–D, comma or space")
            }
        }
        return samples
    }

    private func checkRanges() throws {
        func check(_ isRight: Bool, _ what: String, _ advice: String) throws {
            if !isRight { throw Failure(.usage, what, advice: advice) }
        }
        try check((4_000...768_000).contains(rate), "a rate of \(rate) Hz holds no keys", "4000 to 768000")
        try check(
            AudioFormat.channelCounts.contains(channels), "\(channels) channels cannot be written", "1 to 256")
        try check((0...60_000).contains(on) && (0...60_000).contains(off), "a key cannot be so long", "0 to 60000 ms")
        try check((0...600_000).contains(lead), "a lead cannot be so long", "0 to 600000 ms")
        try check((-100...10).contains(level), "no line has that level", "-100 to 10 dBm0")
        try check((-40...40).contains(twist), "no line has that twist", "-40 to 40 dB")
        try check((-20...20).contains(detune), "no line is so far off", "-20 to 20 percent")
        if let noise { try check((-120...10).contains(noise), "no line has that noise", "-120 to 10 dBm0") }
    }
}
