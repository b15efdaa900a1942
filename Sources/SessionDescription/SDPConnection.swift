/// The address of a `c=` line, or that of an `o=` line.
package struct SDPConnection: Hashable, Sendable {
    /// A numeric address, or a name.
    package var host: String
    package var isIPv6: Bool

    package init(_ address: IPAddress) { (host, isIPv6) = (address.description, address.isIPv6) }

    /// Reads `IN IP4 192.0.2.1`. What stands after a slash is left out.
    init?(words: [Substring]) {
        guard words.count == 3, words[0] == "IN", words[1] == "IP4" || words[1] == "IP6",
            let host = words[2].split(separator: "/").first
        else { return nil }
        (self.host, isIPv6) = (String(host), words[1] == "IP6")
    }

    /// The numeric address; `nil` for a name.
    package var address: IPAddress? { IPAddress(host) }

    /// The text after `c=`.
    var text: String { "IN \(isIPv6 ? "IP6" : "IP4") \(host)" }
}

/// What of an `o=` line matters to a relay.
package struct SDPOrigin: Hashable, Sendable {
    package var user: String
    package var sessionID: String
    package var version: String
    package var connection: SDPConnection

    init?(_ text: String) {
        // More than one space between words, or space at the end, is not as the RFC has it, and is sent all the same.
        let words = text.split(separator: " ")
        guard words.count == 6, let connection = SDPConnection(words: Array(words[3...])) else { return nil }
        (user, sessionID, version) = (String(words[0]), String(words[1]), String(words[2]))
        self.connection = connection
    }

    var text: String { "\(user) \(sessionID) \(version) \(connection.text)" }
}

/// Who sends media, seen from the party whose SDP it is.
package enum SDPDirection: String, Hashable, Sendable, CaseIterable {
    case sendrecv, sendonly, recvonly, inactive
}
