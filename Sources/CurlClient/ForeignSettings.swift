internal import Glibc

/// Environment variables that could redirect requests, change the trusted authorities, or log secrets.
package enum ForeignSettings {
    private static let names: Set<String> = [
        // TLS secrets and logs of libcurl and OpenSSL.
        "SSLKEYLOGFILE", "CTLOG_FILE", "QLOGDIR", "RANDFILE",
        // Names for other hosts, in glibc.
        "HOSTALIASES", "LOCALDOMAIN", "NETRC",
    ]
    /// Settings of libcurl, OpenSSL and the resolver. They include `SSL_CERT_FILE` and `SSL_CERT_DIR`, because trust
    /// comes from a file named on the command line.
    private static let prefixes = ["CURL_", "OPENSSL_", "OSSL_", "SSL_", "RES_", "RESOLV_"]

    /// Removes them from the environment of this process and of its children.
    ///
    /// Some libraries read them before the first request, so a process that may see a card calls this first.
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
