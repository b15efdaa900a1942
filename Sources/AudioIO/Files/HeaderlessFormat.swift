package import Codecs
import CSndfile

/// The format of samples without a header, by the extensions of Asterisk and sox.
enum HeaderlessFormat {
    case samples(AudioFormat)
    /// A coding of libsndfile (`SF_FORMAT_…`) at a rate in Hz.
    case soundFile(code: Int32, rate: Int)
    /// A demuxer of ffmpeg.
    case decoder(demuxer: String)

    /// Rates in Hz of Asterisk's signed linear files: `.sln` is 8 kHz, `.sln16` is 16 kHz.
    private static let signedRates = [
        "sln": 8000, "sln8": 8000, "sln12": 12000, "sln16": 16000, "sln24": 24000, "sln32": 32000, "sln44": 44100,
        "sln48": 48000, "sln96": 96000, "sln192": 192_000,
    ]

    /// The format for each extension.
    private static let bySuffix: [String: HeaderlessFormat] = {
        var table: [String: HeaderlessFormat] = [
            "gsm": .soundFile(code: Int32(SF_FORMAT_RAW | SF_FORMAT_GSM610), rate: 8000),
            "vox": .soundFile(code: Int32(SF_FORMAT_RAW | SF_FORMAT_VOX_ADPCM), rate: 8000),
            "g722": .decoder(demuxer: "g722"), "g729": .decoder(demuxer: "g729"),
            "g723": .decoder(demuxer: "g723_1"), "g723_1": .decoder(demuxer: "g723_1"),
        ]
        for (suffix, rate) in signedRates {
            table[suffix] = .samples(AudioFormat(sampleRate: rate, channels: 1, encoding: .signed16))
        }
        for suffix in ["ulaw", "ul", "mu", "ulw"] {
            table[suffix] = .samples(AudioFormat(sampleRate: 8000, channels: 1, encoding: .muLaw))
        }
        for suffix in ["alaw", "al", "alw"] {
            table[suffix] = .samples(AudioFormat(sampleRate: 8000, channels: 1, encoding: .aLaw))
        }
        return table
    }()

    /// The sample format; `nil` if it is a coding.
    var format: AudioFormat? {
        if case .samples(let format) = self { return format }
        return nil
    }

    /// All known extensions.
    static var suffixes: [String] { Array(bySuffix.keys) }
    /// Extensions for samples, which are written as well as read.
    static var sampleSuffixes: [String] { bySuffix.filter { $0.value.format != nil }.map(\.key) }

    /// The format for the extension of `path`; `nil` if it is unknown.
    init?(path: String) {
        guard let suffix = AudioContainer.suffix(of: path), let format = Self.bySuffix[suffix] else { return nil }
        self = format
    }
}

extension AudioFormat {
    /// The samples without a header for the extension of `path`, as in Asterisk and sox, or `nil`.
    package init?(headerless path: String) {
        guard let format = HeaderlessFormat(path: path)?.format else { return nil }
        self = format
    }
}
