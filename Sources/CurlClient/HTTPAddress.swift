internal import CCurl

/// An `http` or `https` address. libcurl parses it and also connects to it, because two parsers could find two hosts in
/// one text.
package struct HTTPAddress: Sendable, Equatable {
    /// Scheme, host, port and path as the library writes them, without a final `/`.
    package let text: String
    /// Name or numeric address of the host, an IPv6 address without its brackets.
    package let host: String
    package let isEncrypted: Bool

    /// Parses `text`; `nil` unless it consists of scheme, host, port and path only.
    package init?(_ text: String) {
        self.init(text, schemes: ["http", "https"])
    }

    /// Reads the address of a proxy: `http://HOST:PORT` or `socks5h://HOST:PORT`.
    package init?(proxy text: String) {
        self.init(text, schemes: ["http", "socks5h"])
        guard let start = self.text.firstRange(of: "://")?.upperBound, !self.text[start...].contains("/") else {
            return nil
        }
    }

    private init?(_ text: String, schemes: Set<String>) {
        // This requires one spelling of scheme and host, no escapes in the host, and printable ASCII.
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let start = text.firstRange(of: "://")?.upperBound, !text[start...].hasPrefix("/"),
            !text[start...].prefix(while: { $0 != "/" }).contains(where: { "%\\@?#".contains($0) }),
            let address = unsafe curl_url()
        else { return nil }
        defer { unsafe curl_url_cleanup(address) }
        guard unsafe curl_url_set(address, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK else {
            return nil
        }
        func part(_ part: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(address, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
            defer { unsafe curl_free(text) }
            return unsafe String(cString: text)
        }
        for excess in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT] {
            guard part(excess) == nil else { return nil }
        }
        guard let scheme = part(CURLUPART_SCHEME), schemes.contains(scheme), let host = part(CURLUPART_HOST),
            !host.isEmpty, var whole = part(CURLUPART_URL)
        else { return nil }
        while whole.hasSuffix("/") { whole.removeLast() }
        self.text = whole
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        isEncrypted = scheme == "https"
    }

    /// Whether the host resolves to loopback addresses only. It blocks while the resolver works.
    ///
    /// The address of each connection is checked again when the connection is made.
    package func isThisMachine() -> Bool { unsafe ccurl_resolves_to_loopback(host) }
}
