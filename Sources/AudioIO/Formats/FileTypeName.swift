internal import Codecs
package import Failures

/// A type of input or output, by any name of sox, ffmpeg and Asterisk.
package struct FileTypeName: Sendable, Hashable {
    /// Whether there is no header.
    package let isRaw: Bool
    /// The format that the name implies for samples without a header: an encoding's name, and a rate in Hz.
    package var encoding: String?
    package var rate: Int?

    package static let raw = FileTypeName(isRaw: true)
    package static let wav = FileTypeName(isRaw: false)
    package static let usualNames = ["raw", "wav", "ulaw", "alaw", "sln", "sln16", "s16le"]

    private init(isRaw: Bool, encoding: String? = nil, rate: Int? = nil) {
        (self.isRaw, self.encoding, self.rate) = (isRaw, encoding, rate)
    }

    package init?(_ text: String) {
        let name = text.lowercased()
        switch name {
        case "raw", "pcm": self = .raw
        case "wav", "wave": self = .wav
        case "sln", "slin": self.init(isRaw: true, encoding: "s16le", rate: 8000)
        default:
            guard let encoding = EncodingName(name) else { return nil }
            self.init(isRaw: true, encoding: name, rate: encoding.kind.isG711 ? 8000 : encoding.rate)
        }
    }

    /// The type called `text`. An unknown name is refused, with a similar known one as a suggestion.
    package static func named(_ text: String) throws(Failure) -> FileTypeName {
        if let found = FileTypeName(text) { return found }
        throw .unknownName("type", text, near: usualNames, examples: "raw or wav")
    }
}
