package import Failures
internal import TextFormats

/// A sample encoding by any name of sox, ffmpeg and Asterisk, in upper or lower case.
package struct EncodingName: Sendable, Hashable {
    /// The name that the user gave.
    package let name: String
    package let kind: SampleEncoding.Kind
    /// Number of bits in a sample, if the name gives it.
    package let bits: Int?
    /// The byte order, if the name gives it.
    package let isBigEndian: Bool?
    /// Frames a second, if the name gives it.
    package let rate: Int?

    package static let signed = EncodingName(name: "signed", kind: .signed)

    /// Some of the names, for help texts.
    package static let usualNames = ["signed", "unsigned", "float", "mu-law", "a-law", "s16le", "f32be", "pcmu"]

    private init(
        name: String, kind: SampleEncoding.Kind, bits: Int? = nil, isBigEndian: Bool? = nil, rate: Int? = nil
    ) {
        (self.name, self.kind, self.bits, self.isBigEndian, self.rate) = (name, kind, bits, isBigEndian, rate)
    }

    package init?(_ name: String) {
        guard let found = Self.kind(of: name) else { return nil }
        self = found
    }

    /// The encoding called `text`. An unknown name is refused, with a similar known one as a suggestion.
    package static func named(_ text: String) throws(Failure) -> EncodingName {
        if let found = EncodingName(text) { return found }
        throw .unknownName(
            "encoding", text, near: Array(plain.keys) + numbered.filter { !$0.hasPrefix("u") } + usualNames,
            examples: "signed, float, mu-law, a-law, s16le")
    }

    private static func kind(of text: String) -> EncodingName? {
        var name = text.lowercased().replacing("_", with: "-")
        if name.hasPrefix("pcm-") { name.removeFirst(4) }
        if let kind = plain[name] { return EncodingName(name: text, kind: kind, bits: nil) }
        if let rate = signedLinearRate(name) {
            return EncodingName(name: text, kind: .signed, bits: 16, isBigEndian: false, rate: rate)
        }
        return numbered(synonyms[name] ?? name, text)
    }

    /// Frames a second of Asterisk's signed linear formats, `sln16` in file names and `slin16` as a codec; `nil` for
    /// other names.
    private static func signedLinearRate(_ name: String) -> Int? {
        let rates = [
            "8": 8000, "12": 12000, "16": 16000, "24": 24000, "32": 32000, "44": 44100, "48": 48000, "96": 96000,
            "192": 192_000,
        ]
        let prefix = ["slin", "sln"].first(where: name.hasPrefix)
        return prefix.flatMap { rates[String(name.dropFirst($0.count))] }
    }

    /// Names of ALSA and ffmpeg without a width, and those of RTP, whose bytes are in network order (RFC 3551, RFC
    /// 3190).
    private static let synonyms = [
        "float-le": "f32le", "float-be": "f32be", "flt": "f32", "fltp": "f32", "dbl": "f64", "dblp": "f64",
        "l8": "u8", "l16": "s16be", "l24": "s24be",
    ]

    /// Names without a width.
    private static let plain: [String: SampleEncoding.Kind] = {
        var names: [String: SampleEncoding.Kind] = [:]
        for name in ["signed", "signed-integer", "sln", "slin", "linear"] { names[name] = .signed }
        for name in ["unsigned", "unsigned-integer"] { names[name] = .unsigned }
        for name in ["float", "floating-point"] { names[name] = .float }
        for name in ["mu-law", "u-law", "ulaw", "mulaw", "ul", "mu", "µ-law", "µlaw", "pcmu", "g711u", "g711-ulaw"] {
            names[name] = .muLaw
        }
        for name in ["a-law", "alaw", "al", "pcma", "g711a", "g711-alaw"] { names[name] = .aLaw }
        return names
    }()

    private static let numbered =
        ["s8", "u8"] + ["s16", "s24", "s32", "u16", "u24", "u32", "f32", "f64"].flatMap { [$0, $0 + "le", $0 + "be"] }

    /// Reads `s16le`, `S24_3LE`, `f32be`, `u8`: a kind, bits and a byte order.
    private static func numbered(_ name: String, _ text: String) -> EncodingName? {
        let name = name.replacing("-3", with: "").replacing("-", with: "").replacing("float", with: "f")
        guard numbered.contains(name) else { return nil }
        let digits = name.dropFirst().prefix { $0.isNumber }
        let order = name.dropFirst(1 + digits.count)
        let kind: SampleEncoding.Kind = name.hasPrefix("s") ? .signed : name.hasPrefix("u") ? .unsigned : .float
        return EncodingName(name: text, kind: kind, bits: Int(digits), isBigEndian: order.isEmpty ? nil : order == "be")
    }
}

extension SampleEncoding {
    /// ffmpeg's name for samples without a header, low byte first; `nil` if there is none or the byte order differs.
    package var ffmpegName: String? {
        guard !isBigEndian else { return nil }
        switch kind {
        case .float: return bytesPerSample == 4 ? "f32le" : "f64le"
        case .signed: return bytesPerSample == 1 ? "s8" : "s\(8 * bytesPerSample)le"
        case .unsigned: return "u8"
        case .muLaw: return "mulaw"
        case .aLaw: return "alaw"
        }
    }
}

extension Failure {
    /// The error for an unknown `kind` called `text`, with a similar name of `names`, or examples.
    package static func unknownName(_ kind: String, _ text: String, near names: [String], examples: String) -> Failure {
        let hint = NearName.of(text.lowercased(), among: names).map { ": did you mean \($0)?" } ?? ", as \(examples)"
        return Failure(.usage, code: "audio.unknown-name", "no \(kind) has that name\(hint)")
    }
}
