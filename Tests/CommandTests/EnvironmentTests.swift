import Foundation
import Support
import Testing

/// No variable of the environment, and no file of the user's, chooses where a card goes, whom it is given to or what is
/// written of it.
@Suite(.ownThread, .timeLimit(.minutes(5)))
struct EnvironmentTests {
    private let folder = TemporaryFolder()

    /// Every variable by which libcurl, OpenSSL or the resolver would be told something else, pointing to `proxy` and
    /// into the folder.
    private func environment(proxy: String) -> [String: String] {
        let resolver = folder.write(Array("localhost pay.example\n".utf8), to: "aliases")
        // With these settings, OpenSSL would connect to no server.
        let settings = folder.write(
            Array(
                "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMinProtocol = DTLSv1.2\nCipherString = NULL\n"
                    .utf8), to: "openssl.cnf")
        _ = folder.write(Array("default login eve password word\n".utf8), to: ".netrc")
        _ = folder.write(Array("proxy = \(proxy)\n".utf8), to: ".curlrc")
        var environment = ProcessInfo.processInfo.environment
        for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            environment[name] = proxy
        }
        for (name, value) in [
            ("no_proxy", ""), ("NO_PROXY", ""), ("SSLKEYLOGFILE", folder("keys")), ("OPENSSL_CONF", settings),
            ("OPENSSL_MODULES", folder("none")), ("OPENSSL_ENGINES", folder("none")), ("SSL_CERT_FILE", folder("none")),
            ("SSL_CERT_DIR", folder("none")), ("CURL_CA_BUNDLE", folder("none")), ("CURL_HOME", folder("")),
            ("CURL_SSL_BACKEND", "none"), ("HOME", folder("")), ("NETRC", folder(".netrc")), ("HOSTALIASES", resolver),
            ("RES_OPTIONS", "ndots:15"), ("LOCALDOMAIN", "evil.example"), ("XDG_STATE_HOME", folder("state")),
        ] { environment[name] = value }
        return environment
    }

    private func pay(_ url: String, _ arguments: [String], proxy: String) throws -> Int32 {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        let key = folder.write(Array("sk_test_environment\n".utf8), to: "key")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Command.path)
        process.arguments =
            ["pay", call.path, "--gateway", url, "--key-file", key] + call.arguments + arguments
        process.environment = environment(proxy: proxy)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func `An unencrypted payment goes to the named gateway, with its key`() throws {
        let proxy = try RawServer(reply: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        defer { proxy.stop() }
        let mock = try GatewayProcess()
        #expect(try pay(mock.url, [], proxy: proxy.url) == 0)
        let server = try RawServer(reply: "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}")
        defer { server.stop() }
        #expect(try pay(server.url, [], proxy: proxy.url) == 69)
        #expect(server.text.contains("\r\nAuthorization: Bearer sk_test_environment\r\n"))
        #expect(!server.text.contains("Basic"))
        #expect(proxy.connections == 0)
    }

    @Test(.enabled(if: TLSServer.isThere, "the openssl command is missing"))
    func `An encrypted payment leaks no secret, and ignores settings of the environment`() throws {
        let proxy = try RawServer(reply: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        defer { proxy.stop() }
        let server = try TLSServer(provingName: "DNS:localhost", in: folder)
        #expect(try pay("https://localhost:\(server.port)", ["--ca-file", server.certificate], proxy: proxy.url) == 69)
        // It was spoken with: without a handshake nothing comes out of it.
        #expect(server.finish().contains("POST /v1/payment_intents"))
        #expect(proxy.connections == 0)
        #expect(!folder.contents.contains("keys"))
    }

    @Test func `A proxy is used for encrypted gateways only, and an invalid proxy is refused`() throws {
        let proxy = try RawServer(reply: "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        defer { proxy.stop() }
        #expect(try pay("https://pay.example", ["--proxy", proxy.url], proxy: "http://127.0.0.1:1") == 69)
        #expect(proxy.text.hasPrefix("CONNECT pay.example:443 HTTP/1.1\r\n"))
        #expect(!proxy.text.contains("sk_test_environment") && !proxy.text.contains("424242"))
        let count = proxy.connections
        #expect(try pay("http://127.0.0.1:9", ["--proxy", proxy.url], proxy: proxy.url) == 64)
        #expect(try pay("https://pay.example", ["--proxy", "ftp://x"], proxy: proxy.url) == 64)
        #expect(try pay("https://pay.example", ["--ca-file", folder("missing")], proxy: proxy.url) == 66)
        #expect(proxy.connections == count)
    }
}
