internal import AtomicFiles
internal import CSndfile

/// The container around the samples of a file.
package enum AudioContainer: Sendable {
    /// RIFF/WAVE with a new header.
    case wav
    /// RIFF/WAVE with the header of the input that is copied.
    case wavCopy(WAVHead)
    /// Samples without a header.
    case raw
    /// A container of libsndfile (`SF_FORMAT_TYPEMASK`), with its coding if this package has no encoding for it.
    case soundFile(code: Int32, lossyCoding: Int32?)
    /// A container that the `ffmpeg` command reads and nothing here writes, by ffmpeg's name.
    case foreign(String)

    static let aiff = AudioContainer.soundFile(code: Int32(SF_FORMAT_AIFF), lossyCoding: nil)
    static let au = AudioContainer.soundFile(code: Int32(SF_FORMAT_AU), lossyCoding: nil)
    static let caf = AudioContainer.soundFile(code: Int32(SF_FORMAT_CAF), lossyCoding: nil)
    static let wave64 = AudioContainer.soundFile(code: Int32(SF_FORMAT_W64), lossyCoding: nil)
    static let rf64 = AudioContainer.soundFile(code: Int32(SF_FORMAT_RF64), lossyCoding: nil)

    /// The container for a file name; `nil` if its extension is unknown.
    package init?(path: String) {
        guard let suffix = AudioContainer.suffix(of: path), let container = Self.written[suffix] else { return nil }
        self = container
    }

    /// Extensions of files that can be written.
    package static var writtenExtensions: [String] { written.keys.sorted() }

    /// Containers by extension.
    private static let written: [String: AudioContainer] = {
        var table: [String: AudioContainer] = [
            "wav": .wav, "wave": .wav, "aif": .aiff, "aiff": .aiff, "aifc": .aiff, "au": .au, "snd": .au, "caf": .caf,
            "w64": .wave64, "rf64": .rf64,
            "flac": .soundFile(code: Int32(SF_FORMAT_FLAC), lossyCoding: nil),
            "mp3": .soundFile(code: Int32(SF_FORMAT_MPEG), lossyCoding: Int32(SF_FORMAT_MPEG_LAYER_III)),
            "opus": .soundFile(code: Int32(SF_FORMAT_OGG), lossyCoding: Int32(SF_FORMAT_OPUS)),
            "gsm": .soundFile(code: Int32(SF_FORMAT_RAW), lossyCoding: Int32(SF_FORMAT_GSM610)),
            "vox": .soundFile(code: Int32(SF_FORMAT_RAW), lossyCoding: Int32(SF_FORMAT_VOX_ADPCM)),
            "wav49": .soundFile(code: Int32(SF_FORMAT_WAV), lossyCoding: Int32(SF_FORMAT_GSM610)),
        ]
        for suffix in ["ogg", "oga"] {
            table[suffix] = .soundFile(code: Int32(SF_FORMAT_OGG), lossyCoding: Int32(SF_FORMAT_VORBIS))
        }
        for suffix in ["raw", "pcm", "sw"] + HeaderlessFormat.sampleSuffixes { table[suffix] = .raw }
        return table
    }()

    /// Extensions of files that count as recordings, whatever their content: the written ones, those without a header,
    /// and the others that libsndfile and ffmpeg read.
    package static let recordingExtensions = Set(written.keys).union(HeaderlessFormat.suffixes).union([
        "bwf", "spx", "mp1", "mp2", "voc", "sph", "nist", "mulaw", "pcmu", "pcma", "avr", "paf", "svx", "8svx", "ircam",
        "sf", "s16le", "s16be", "slin", "g726", "ilbc", "siren7", "siren14", "m4a", "m4b", "mp4", "m4v", "mov", "webm",
        "aac", "adts", "wma", "wmv", "asf", "avi", "amr", "awb", "3gp", "3gpp", "3g2", "mka", "mkv", "wv", "ape", "tta",
        "ac3", "eac3", "dts", "ra", "rm", "silk", "qcp", "dss", "ds2", "mpg", "mpeg", "flv",
    ])

    /// The extension of `path` in lower case; `nil` if it has none.
    static func suffix(of path: String) -> String? {
        let suffix = PathBytes.suffix(path)
        return suffix.isEmpty ? nil : suffix
    }

    /// The container for a file name's extension; WAVE if there is none. An unknown extension throws.
    ///
    /// An extension follows the last dot, begins with a letter, and consists of letters and digits.
    static func requested(by path: String) throws(AudioFileError) -> AudioContainer? {
        if let known = AudioContainer(path: path) { return known }
        guard path != "-", let suffix = suffix(of: path), let first = suffix.first, first.isLetter,
            suffix.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return nil }
        throw .unknownContainer(path: path)
    }

    /// Whether files of this kind and coding can be written. libsndfile has no encoder of MPEG for WAVE.
    var isWritten: Bool {
        switch self {
        case .foreign: return false
        case .soundFile(let code, .some(let coding)):
            let isMPEG = [SF_FORMAT_MPEG_LAYER_I, SF_FORMAT_MPEG_LAYER_II, SF_FORMAT_MPEG_LAYER_III].contains(
                Int(coding))
            return !isMPEG || (Int(code) == SF_FORMAT_MPEG && Int(coding) == SF_FORMAT_MPEG_LAYER_III)
        default: return true
        }
    }

    /// Whether files of both kinds have the same layout.
    func isSameKind(as other: AudioContainer) -> Bool {
        switch (self, other) {
        case (.wav, .wav), (.wav, .wavCopy), (.wavCopy, .wav), (.wavCopy, .wavCopy), (.raw, .raw): true
        case (.wav, .soundFile(let code, .some)):
            // GSM and ADPCM: a WAVE file in a coding that libsndfile writes.
            [SF_FORMAT_WAV, SF_FORMAT_WAVEX].contains(Int(code))
        case (.soundFile(let a, _), .soundFile(let b, _)): a == b
        default: false
        }
    }
}

/// The header of a WAVE file that was read, for a copy that keeps it.
package struct WAVHead: Sendable {
    var header: WAVHeader
}
