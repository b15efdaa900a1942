internal import Glibc

/// Environment variables by which somebody else could choose where requests go, whom they trust, or what is written of
/// them.
package enum ForeignSettings {
    private static let names: Set<String> = [
        // TLS secrets and logs of libcurl and OpenSSL.
        "SSLKEYLOGFILE", "CTLOG_FILE", "QLOGDIR", "RANDFILE",
        // Names that stand for other hosts, in glibc.
        "HOSTALIASES", "LOCALDOMAIN", "NETRC",
    ]
    /// Settings of libcurl, OpenSSL and the resolver. `SSL_CERT_FILE` and `SSL_CERT_DIR` are among them: trust is given
    /// by a file that is named.
    private static let prefixes = ["CURL_", "OPENSSL_", "OSSL_", "SSL_", "RES_", "RESOLV_"]

    /// Takes them out of this process's environment, and so out of its children's.
    ///
    /// Each library reads them for itself, some before the first request: a process that may see a card calls this
    /// before anything else.
    package static func forget() {
        var found: [String] = []
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let name = unsafe String(cString: text).prefix { $0 != "=" }
            if isForeign(name) { found.append(String(name)) }
            unsafe entry += 1
        }
        for name in found { unsafe unsetenv(name) }
    }

    /// Whether the variable of this name is one of them.
    static func isForeign(_ name: some StringProtocol) -> Bool {
        names.contains(String(name)) || prefixes.contains { name.hasPrefix($0) }
            || name.lowercased().hasSuffix("_proxy")
    }
}
