import Codecs
import ArgumentParser
import AudioIO

/// A sample encoding by any name that sox, ffmpeg and Asterisk have for it; capitals do not count.
struct EncodingName: ExpressibleByArgument, Sendable {
    /// The name as it was given.
    let name: String
    let kind: SampleEncoding.Kind
    /// Bits a sample, where the name says them.
    var bits: Int?
    /// The byte order, where the name says it.
    var isBigEndian: Bool?
    /// Frames a second, where the name says them.
    var rate: Int?

    static let signed = EncodingName(name: "signed", kind: .signed)

    /// The names that help shows.
    static var allValueStrings: [String] {
        ["signed", "unsigned", "float", "mu-law", "a-law", "s16le", "f32be", "pcmu"]
    }
    var defaultValueDescription: String { name }

    private init(
        name: String, kind: SampleEncoding.Kind, bits: Int? = nil, isBigEndian: Bool? = nil, rate: Int? = nil
    ) {
        (self.name, self.kind, self.bits, self.isBigEndian, self.rate) = (name, kind, bits, isBigEndian, rate)
    }

    init?(argument: String) {
        guard let kind = Self.kind(of: argument) else { return nil }
        self = kind
    }

    /// The encoding called `text`; says which name is near where there is none.
    static func named(_ text: String) throws -> EncodingName {
        if let found = kind(of: text) { return found }
        let near = NearName.of(
            text.lowercased(), among: Array(plain.keys) + numbered.filter { !$0.hasPrefix("u") } + allValueStrings)
        throw ValidationError(
            "no encoding has that name"
                + (near.map { ": did you mean \($0)?" } ?? ", as signed, float, mu-law, a-law, s16le"))
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

    /// Frames a second of Asterisk's signed linear formats, `sln16` in file names and `slin16` as a codec; `nil` where
    /// `name` is none of them.
    private static func signedLinearRate(_ name: String) -> Int? {
        let rates = [
            "8": 8000, "12": 12000, "16": 16000, "24": 24000, "32": 32000, "44": 44100, "48": 48000, "96": 96000,
            "192": 192_000,
        ]
        let prefix = ["slin", "sln"].first(where: name.hasPrefix)
        return prefix.flatMap { rates[String(name.dropFirst($0.count))] }
    }

    /// ALSA's and ffmpeg's names that say no width, and those of RTP, whose bytes go in network order (RFC 3551, RFC
    /// 3190).
    private static let synonyms = [
        "float-le": "f32le", "float-be": "f32be", "flt": "f32", "fltp": "f32", "dbl": "f64", "dblp": "f64",
        "l8": "u8", "l16": "s16be", "l24": "s24be",
    ]

    /// Names that say no width.
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

    /// `s16le`, `S24_3LE`, `f32be`, `u8`: a kind, bits and a byte order.
    private static func numbered(_ name: String, _ text: String) -> EncodingName? {
        let name = name.replacing("-3", with: "").replacing("-", with: "").replacing("float", with: "f")
        guard numbered.contains(name) else { return nil }
        let digits = name.dropFirst().prefix { $0.isNumber }
        let order = name.dropFirst(1 + digits.count)
        let kind: SampleEncoding.Kind = name.hasPrefix("s") ? .signed : name.hasPrefix("u") ? .unsigned : .float
        return EncodingName(name: text, kind: kind, bits: Int(digits), isBigEndian: order.isEmpty ? nil : order == "be")
    }
}

/// A type of input or output by any name that sox, ffmpeg and Asterisk have for it.
struct FileTypeName: ExpressibleByArgument, Sendable, Equatable {
    /// Whether there is no header.
    let isRaw: Bool
    /// What the name says of samples without a header: an encoding's name, and a rate in Hz.
    var encoding: String?
    var rate: Int?

    static let raw = FileTypeName(isRaw: true)
    static let wav = FileTypeName(isRaw: false)
    static var allValueStrings: [String] { ["raw", "wav", "ulaw", "alaw", "sln", "sln16", "s16le"] }

    private init(isRaw: Bool, encoding: String? = nil, rate: Int? = nil) {
        (self.isRaw, self.encoding, self.rate) = (isRaw, encoding, rate)
    }

    init?(argument: String) {
        let name = argument.lowercased()
        switch name {
        case "raw", "pcm": self = .raw
        case "wav", "wave": self = .wav
        case "sln", "slin": self.init(isRaw: true, encoding: "s16le", rate: 8000)
        default:
            guard let encoding = EncodingName(argument: name) else { return nil }
            let isG711 = encoding.kind == .muLaw || encoding.kind == .aLaw
            self.init(isRaw: true, encoding: name, rate: isG711 ? 8000 : encoding.rate)
        }
    }

    /// The type called `text`; says which name is near where there is none.
    static func named(_ text: String) throws -> FileTypeName {
        if let found = FileTypeName(argument: text) { return found }
        let near = NearName.of(text.lowercased(), among: allValueStrings)
        throw ValidationError("no type has that name" + (near.map { ": did you mean \($0)?" } ?? ", as raw or wav"))
    }
}

/// The name that somebody who mistyped one may have meant.
enum NearName {
    /// The nearest of `names`, at most a third of whose characters are wrong; `nil` where none is near.
    static func of(_ text: String, among names: [String]) -> String? {
        let ranked = names.map { (distance(Array(text), Array($0)), $0) }.sorted { $0 < $1 }
        guard let (distance, name) = ranked.first, 3 * distance <= max(3, text.count) else { return nil }
        return name
    }

    /// Characters to put in, take out or change (Levenshtein).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let change = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
