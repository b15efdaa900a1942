/// What the proxy wants done with ICE in an SDP.
package enum ICEPolicy: String, Hashable, Sendable {
    case remove, force, optional
    case forceRelay = "force-relay"
    case `default`
}

/// Addresses in an SDP that are replaced by the relay's; those of media always are.
package struct SDPReplacement: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let origin = SDPReplacement(rawValue: 1)
    package static let sessionConnection = SDPReplacement(rawValue: 2)
    package static let userName = SDPReplacement(rawValue: 4)
    package static let sessionName = SDPReplacement(rawValue: 8)
    package static let sessionVersion = SDPReplacement(rawValue: 16)

    init(_ words: Set<String>) {
        self = []
        if !words.isDisjoint(with: ["origin", "origin-full"]) { insert(.origin) }
        if words.contains("session-connection") { insert(.sessionConnection) }
        if words.contains("username") { insert(.userName) }
        if words.contains("session-name") { insert(.sessionName) }
        if !words.isDisjoint(with: ["sdp-version", "sess-version", "force-increment-sdp-ver"]) {
            insert(.sessionVersion)
        }
    }
}

/// What the far side is to speak.
package enum TransportProtocol: String, Hashable, Sendable {
    case avp = "RTP/AVP"
    case avpf = "RTP/AVPF"
    case savp = "RTP/SAVP"
    case savpf = "RTP/SAVPF"
    case dtlsSAVP = "UDP/TLS/RTP/SAVP"
    case dtlsSAVPF = "UDP/TLS/RTP/SAVPF"
    /// Of an answer: what the answerer chose.
    case accept
}

/// Codecs that the proxy wants added or taken away. Names are as in an SDP, such as `PCMU` or `opus/48000/2`.
package struct CodecOptions: Hashable, Sendable {
    package var strip: [String] = []
    package var mask: [String] = []
    package var offer: [String] = []
    package var except: [String] = []
    package var accept: [String] = []
    package var transcode: [String] = []

    init(_ fields: NGFields) {
        let value = fields["codec"]
        strip = Self.list(value, "strip") + Self.flags(fields, "codec-strip-")
        mask = Self.list(value, "mask") + Self.flags(fields, "codec-mask-")
        offer = Self.list(value, "offer") + Self.flags(fields, "codec-offer-")
        except = Self.list(value, "except") + Self.flags(fields, "codec-except-")
        accept = Self.list(value, "accept") + Self.flags(fields, "codec-accept-")
        transcode =
            Self.list(value, "transcode") + fields.texts("transcode") + Self.flags(fields, "transcode-")
            + Self.flags(fields, "codec-transcode-")
    }

    private static func list(_ value: NGValue?, _ key: String) -> [String] {
        switch value?[key] {
        case .list(let list)?: list.compactMap(\.text)
        case let value?: value.text.map { [$0] } ?? []
        case nil: []
        }
    }

    private static func flags(_ fields: NGFields, _ prefix: String) -> [String] {
        fields.flags.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
    }
}

/// What the proxy says of a call beside its SDP, such as amount, order and agent: `amount:12.50|order:A-1`.
package struct CallMetadata: Hashable, Sendable {
    /// The text as it was sent.
    package var text: String

    /// Keys and values; `|` or `,` stands between pairs, `:` or `=` between a key and its value. The first value of a
    /// key holds.
    package var pairs: [String: String] {
        var pairs: [String: String] = [:]
        for pair in text.split(whereSeparator: { $0 == "|" || $0 == "," }) {
            guard let sign = pair.firstIndex(where: { $0 == ":" || $0 == "=" }) else { continue }
            let (key, value) = (String(pair[..<sign]), String(pair[pair.index(after: sign)...]))
            if pairs[key] == nil { pairs[key] = value }
        }
        return pairs
    }
}
