private import TextFormats

/// A key for SRTP in an SDP (RFC 4568): `1 AES_CM_128_HMAC_SHA1_80 inline:…|2^31 UNENCRYPTED_SRTP`. It is not printed.
package struct CryptoLine: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// One key of the line.
    package struct Key: Hashable, Sendable, CustomStringConvertible {
        /// Master key and salt, one after the other.
        package var bytes: [UInt8]
        /// Packets that it may protect, such as `2^31`, as it was written.
        package var lifetime: String?
        /// Value and length of the master key identifier, such as `1:4`, as it was written.
        package var identifier: String?

        package init(bytes: [UInt8], lifetime: String? = nil, identifier: String? = nil) {
            (self.bytes, self.lifetime, self.identifier) = (bytes, lifetime, identifier)
        }

        package var description: String { "\(bytes.count) bytes" }
    }

    /// What ties an answer to the line of the offer.
    package var tag: Int
    /// Such as `AES_CM_128_HMAC_SHA1_80`.
    package var suite: String
    /// One or more.
    package var keys: [Key]
    /// Such as `UNENCRYPTED_SRTP`; a relay that does not know one must not use the line.
    package var parameters: [String]

    package init(tag: Int, suite: String, keys: [Key], parameters: [String] = []) {
        (self.tag, self.suite, self.keys, self.parameters) = (tag, suite, keys, parameters)
    }

    /// Reads what stands after `a=crypto:`.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 3, words[0].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let tag = Int(words[0]),
            0...999_999_999 ~= tag
        else { return nil }
        var keys: [Key] = []
        for part in words[2].split(separator: ";", omittingEmptySubsequences: false) {
            guard let key = Self.key(part) else { return nil }
            keys.append(key)
        }
        guard !keys.isEmpty else { return nil }
        self.init(tag: tag, suite: String(words[1]), keys: keys, parameters: words[3...].map(String.init))
    }

    private static func key(_ text: Substring) -> Key? {
        guard text.lowercased().hasPrefix("inline:") else { return nil }
        let parts = text.dropFirst(7).split(separator: "|", omittingEmptySubsequences: false)
        guard 1...3 ~= parts.count, let bytes = Base64.bytes(String(parts[0])), !bytes.isEmpty else { return nil }
        var key = Key(bytes: bytes)
        for part in parts.dropFirst() {
            if part.contains(":") { key.identifier = String(part) } else { key.lifetime = String(part) }
        }
        return key
    }

    /// What stands after `a=crypto:`.
    package var text: String {
        let keys = keys.map { key in
            (["inline:" + Base64.text(key.bytes)] + [key.lifetime, key.identifier].compactMap { $0 })
                .joined(separator: "|")
        }
        return (["\(tag)", suite, keys.joined(separator: ";")] + parameters).joined(separator: " ")
    }

    package var description: String { "\(tag) \(suite)" }
    package var debugDescription: String { description }
}

extension MediaSection {
    /// The keys for SRTP that can be read, in the order of preference.
    package var crypto: [CryptoLine] { attributes("crypto").compactMap { CryptoLine($0) } }

    /// Puts these keys in place of all.
    package mutating func setCrypto(_ lines: [CryptoLine]) {
        removeAttributes(["crypto"])
        for line in lines { addAttribute("crypto", line.text) }
    }

    /// Removes what belongs to DTLS (RFC 5763).
    package mutating func removeDTLS() {
        removeAttributes(["fingerprint", "setup", "tls-id", "connection"])
    }
}
