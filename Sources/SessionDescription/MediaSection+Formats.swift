extension MediaSection {
    /// Whether the formats are payload types of RTP.
    package var isRTP: Bool { transport.split(separator: "/").contains("RTP") }
    /// Whether packets are SRTP, by whatever keys.
    package var isEncrypted: Bool { transport.split(separator: "/").contains { $0 == "SAVP" || $0 == "SAVPF" } }

    /// The formats in the order of preference. A payload type that nothing explains has an empty name and the clock
    /// rate 0.
    package var rtpFormats: [RTPFormat] {
        guard isRTP else { return [] }
        let maps = Dictionary(explained("rtpmap"), uniquingKeysWith: { first, _ in first })
        let parameters = Dictionary(explained("fmtp"), uniquingKeysWith: { first, _ in first })
        return formats.compactMap { Self.payloadType(Substring($0)) }.map { type in
            var format =
                maps[type].flatMap { RTPFormat(type, map: $0) } ?? (maps[type] == nil ? RTPFormat.known(type) : nil)
                ?? RTPFormat(payloadType: type, name: "", clockRate: 0)
            format.parameters = parameters[type].map(String.init)
            return format
        }
    }

    /// Formats for keys out of band. There may be several, of several clock rates.
    package var telephoneEvents: [RTPFormat] { rtpFormats.filter(\.isTelephoneEvent) }

    /// Whether every format of a section of RTP is a payload type.
    var hasPayloadTypes: Bool { !isRTP || formats.allSatisfy { Self.payloadType(Substring($0)) != nil } }

    /// Whether a payload type is explained by two codecs, one of which may be the codec that RFC 3551 gives it.
    ///
    /// The relay would take it for one, and a phone for the other.
    var hasContradiction: Bool {
        guard isRTP else { return false }
        var maps: [UInt8: RTPFormat?] = [:]
        for (type, map) in explained("rtpmap") {
            var format = RTPFormat(type, map: map)
            if let name = format?.name { format?.name = name.lowercased() }
            if let known = maps[type], known != format { return true }
            if Self.fixed.contains(type), let known = RTPFormat.known(type), format?.isNamed(known.name) != true {
                return true
            }
            maps[type] = format
        }
        return false
    }

    /// Payload types that phones know without looking: PCMU, PCMA, G.722.
    private static let fixed: Set<UInt8> = [0, 8, 9]

    /// Removes formats with the lines that explain them.
    ///
    /// An `m=` line must have a format. Where none would be left, the section is rejected, and its formats stay.
    /// - Returns: The formats that went.
    @discardableResult
    package mutating func removeFormats(where condition: (RTPFormat) -> Bool) -> [RTPFormat] {
        let all = rtpFormats
        let gone = all.filter(condition)
        guard !gone.isEmpty else { return [] }
        let types = Set(gone.map(\.payloadType))
        let left = formats.filter { format in Self.payloadType(Substring(format)).map { !types.contains($0) } ?? true }
        guard left.contains(where: { Self.payloadType(Substring($0)) != nil }) else {
            reject()
            return gone
        }
        setFormats(left)
        removeLines { line in
            guard let (name, value) = line.attribute, Self.explaining.contains(name) else { return false }
            return value.split(separator: " ").first.flatMap(Self.payloadType).map { types.contains($0) } ?? false
        }
        return gone
    }

    /// Adds a format at the end. One whose payload type is taken already is left out.
    package mutating func addFormat(_ format: RTPFormat) {
        guard format.payloadType < 128, formats.count < SDPLimits.formats,
            !formats.contains(where: { Self.payloadType(Substring($0)) == format.payloadType })
        else { return }
        setFormats(formats + [String(format.payloadType)])
        addAttribute("rtpmap", "\(format.payloadType) \(format.map)")
        if let parameters = format.parameters { addAttribute("fmtp", "\(format.payloadType) \(parameters)") }
    }

    /// Attributes whose value begins with a payload type.
    private static let explaining: Set<String> = ["rtpmap", "fmtp", "rtcp-fb", "framesize", "imageattr"]

    private static func payloadType(_ text: Substring) -> UInt8? {
        guard 1...3 ~= text.utf8.count, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let type = UInt8(text), type < 128
        else { return nil }
        return type
    }

    /// Payload types, and what the attributes of a name say of them.
    private func explained(_ name: String) -> [(UInt8, Substring)] {
        attributes(name).compactMap { value in
            let parts = value.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let type = Self.payloadType(parts[0]) else { return nil }
            return (type, parts[1].drop { $0 == " " })
        }
    }
}
