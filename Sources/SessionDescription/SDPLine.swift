/// A line of an SDP as it came.
package struct SDPLine: Hashable, Sendable {
    /// The letter before the equal sign; 0 for an empty line.
    package var type: UInt8
    /// What stands after the equal sign.
    package var value: [UInt8]
    /// `\r\n`, `\n`, or nothing at the end.
    package var ending: [UInt8]

    static let crlf: [UInt8] = [0x0D, 0x0A]

    init(_ type: Character, _ value: String, ending: [UInt8] = SDPLine.crlf) {
        self.type = type.asciiValue ?? 0
        self.value = Array(value.utf8)
        self.ending = ending
    }

    /// - Throws: ``SDPFault/malformed`` for a line without a letter and an equal sign, and for characters that others
    ///   may take for the end of a line.
    init(_ line: ArraySlice<UInt8>, ending: [UInt8]) throws(SDPFault) {
        self.ending = ending
        if line.isEmpty {
            (type, value) = (0, [])
            return
        }
        guard line.count >= 2, let type = line.first, UInt8(ascii: "a")...UInt8(ascii: "z") ~= type,
            line[line.startIndex + 1] == UInt8(ascii: "="), !line.contains(0x0D), !line.contains(0)
        else { throw .malformed }
        self.type = type
        value = Array(line.dropFirst(2))
    }

    /// The text after the equal sign. Bytes that are not UTF-8 become U+FFFD.
    package var text: String { String(decoding: value, as: UTF8.self) }

    /// The name and the value of an attribute: `rtpmap` and `0 PCMU/8000`. Space at the end, which some phones send, is
    /// left out.
    package var attribute: (name: String, value: String)? {
        guard type == UInt8(ascii: "a") else { return nil }
        let end = (value.lastIndex { $0 != 0x20 && $0 != 0x09 }).map { $0 + 1 } ?? 0
        let colon = value[..<end].firstIndex(of: UInt8(ascii: ":")) ?? end
        return (
            String(decoding: value[..<colon], as: UTF8.self),
            String(decoding: value[colon..<end].dropFirst(), as: UTF8.self)
        )
    }

    func has(_ type: Character) -> Bool { self.type == type.asciiValue }

    func append(to bytes: inout [UInt8]) {
        if type != 0 { bytes += [type, UInt8(ascii: "=")] }
        bytes += value
        bytes += ending
    }
}

/// Why bytes are no SDP.
package enum SDPFault: Error, Hashable, Sendable {
    /// Beyond ``SDPLimits``.
    case tooLong
    /// The first line is not `v=0`.
    case noVersion
    /// A line that is not a letter, an equal sign and a value, or a line of media that cannot be read.
    case malformed
    /// A payload type that is two codecs in one section of media.
    case contradiction
}

/// What an SDP may hold at most.
package enum SDPLimits {
    package static let bytes = 65_536
    package static let lines = 2_000
    package static let media = 32
    /// Formats of a section of media.
    package static let formats = 128
}
