package import Codecs
package import Failures

/// The layout of samples without a header as the user gives it, with the parts of sox's options.
package struct RawLayout: Sendable {
    package var type: FileTypeName?
    /// Frames a second.
    package var rate: Int?
    package var channels: Int?
    /// Bits a sample.
    package var bits: Int?
    package var encoding: EncodingName?
    package var isBigEndian: Bool?

    package init(
        type: FileTypeName? = nil, rate: Int? = nil, channels: Int? = nil, bits: Int? = nil,
        encoding: EncodingName? = nil, isBigEndian: Bool? = nil
    ) {
        (self.type, self.rate, self.channels) = (type, rate, channels)
        (self.bits, self.encoding, self.isBigEndian) = (bits, encoding, isBigEndian)
    }

    /// A rate in Hz, or in kHz with a final k.
    package static func rate(_ text: String) throws(Failure) -> Int {
        let isThousands = text.hasSuffix("k")
        let number = Double(isThousands ? String(text.dropLast()) : text).map { isThousands ? 1000 * $0 : $0 }
        guard let number, number == number.rounded(), abs(number) <= 1e9 else {
            throw Failure(.usage, code: "audio.bad-rate", "a rate is a whole number of Hz, as 8k or 44.1k")
        }
        return Int(number)
    }

    /// The format of the samples called `name`; one channel by default.
    package func format(of name: String) throws -> AudioFormat {
        guard let rate = rate ?? encoding?.rate ?? type?.rate else { throw AudioFileError.rateMissing(path: name) }
        let format = AudioFormat(sampleRate: rate, channels: channels ?? 1, encoding: try sampleEncoding())
        if format.flaw != nil {
            throw Failure(
                .usage, code: "audio.impossible-layout",
                "raw samples at \(rate) Hz in \(format.channels) channels cannot be",
                advice: "give 1 to 256 channels and a rate such as 8000")
        }
        return format
    }

    /// The encoding of the samples; 16-bit signed by default.
    ///
    /// - Parameter eightBits: The kind of 8-bit samples if only the width is given.
    package func sampleEncoding(eightBits: SampleEncoding.Kind = .unsigned) throws(Failure) -> SampleEncoding {
        let name = encoding ?? type?.encoding.flatMap { EncodingName($0) }
        if let name, let said = name.bits, let bits, said != bits {
            throw .layout("\(name.name) samples have \(said) bits", "leave -b out")
        }
        if let name, let said = name.isBigEndian, let isBigEndian, said != isBigEndian {
            throw .layout("\(name.name) says another byte order", "leave -B or -L out")
        }
        let kind = name?.kind ?? (bits == 8 ? eightBits : .signed)
        let width = bits ?? name?.bits ?? kind.usualBits
        let isBigEndian = isBigEndian ?? name?.isBigEndian ?? false
        guard let result = SampleEncoding(kind, bits: width, isBigEndian: isBigEndian) else {
            throw .layout(
                "there are no \(name?.name ?? "signed") samples of \(width) bits",
                "signed has 8, 16, 24 or 32, float 32 or 64, the others 8")
        }
        return result
    }
}

extension Failure {
    fileprivate static func layout(_ what: String, _ advice: String) -> Failure {
        Failure(.usage, code: "audio.contradictory-layout", what, advice: advice)
    }
}
