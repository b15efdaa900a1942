import GatewayHTTP
import CurlClient
import Gateway
import StripeGateway
import Support
import Testing

/// Where card data may go in clear: to this machine, whatever the address is spelled like.
struct AddressTests {
    @Test(arguments: [
        "http://127.0.0.1", "http://127.0.0.1:8080", "http://127.0.0.1/base/", "HTTP://LOCALHOST:1", "http://localhost",
        "http://127.255.255.254", "http://[::1]", "http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]",
        "http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]", "http://2130706433", "http://0x7f000001",
        "http://0177.0.0.1", "http://127.1", "http://0x7f.1", "https://pay.example", "HTTPS://PAY.EXAMPLE:444/x",
        "https://10.0.0.1",
    ])
    func `This machine, or any with encryption, is taken`(url: String) throws {
        _ = try PaymentIntentsGateway(url: url, key: "sk_test_1")
    }

    @Test(arguments: [
        "http://pay.example", "HTTP://pay.example", "http://127.evil.example", "http://127.0.0.1.evil.example",
        "http://localhost.evil.example", "http://10.0.0.1:80", "http://169.254.169.254", "http://0.0.0.0", "http://0",
        "http://128.0.0.1", "http://126.255.255.255", "http://2147483649", "http://0x80000001", "http://0200.0.0.1",
        "http://[::]", "http://[::2]", "http://[fe80::1]", "http://[::ffff:10.0.0.1]", "http://[::ffff:0.0.0.0]",
        "http://[::127.0.0.1]", "http://[64:ff9b::7f00:1]", "http://127.0.0.1.", "http://localhost.example.",
    ])
    func `Any other in clear is refused`(url: String) {
        // What the library reads as no address at all is refused as well.
        #expect { try PaymentIntentsGateway(url: url, key: "sk_test_1") } throws: { error in
            let fault = error as? GatewayFault
            return fault == .insecureAddress || url.hasSuffix(".") && fault == .badAddress
        }
    }

    @Test(arguments: [
        "", "pay.example", "//127.0.0.1", "ftp://127.0.0.1", "file:///etc/passwd", "http://", "https://",
        "http:127.0.0.1",
        "http:/127.0.0.1", "http:///127.0.0.1", "http://user@127.0.0.1", "http://user:word@127.0.0.1",
        "http://127.0.0.1@evil.example", "https://127.0.0.1:80@evil.example", "https://pay.example/?a=1",
        "http://127.0.0.1?.evil.example", "http://evil.example#@127.0.0.1", "http://127.0.0.1#evil",
        #"http://127.0.0.1\@evil.example"#, #"http://evil.example\.127.0.0.1"#, "http://127.0.0.1 evil",
        "http://127.0.0.1\nevil", "http://127.0.0.1\u{0}.evil.example", "http://127.0.0.1:99999", "http://127.0.0.1:x",
        "http://127.0.0.1:-1", "http://[::1", "http://::1", "http://[::1%25lo]", "http://127%2e0.0.1",
        "http://１27.0.0.1", "http://ⓛocalhost", "https://pay.exämple",
    ])
    func `An invalid or ambiguous address is refused`(url: String) {
        #expect(throws: GatewayFault.badAddress) { try PaymentIntentsGateway(url: url, key: "sk_test_1") }
    }

    @Test func `An address in clear is this machine's exactly where it begins with 127`() {
        var generator = SeededGenerator(seed: 24)
        for _ in 0..<2000 {
            let first = Bool.random(using: &generator) ? 127 : UInt32.random(in: 0...255, using: &generator)
            let value = first << 24 | UInt32.random(in: 0..<(1 << 24), using: &generator)
            let parts = [24, 16, 8, 0].map { value >> UInt32($0) & 255 }
            let host =
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: String(value)
                case 1: "0x" + String(value, radix: 16)
                case 2: "0" + String(value, radix: 8)
                case 3: "0" + String(parts[0], radix: 8) + ".\(value & 0xFF_FFFF)"
                case 4: "[::ffff:\(parts.map(String.init).joined(separator: "."))]"
                default: parts.map(String.init).joined(separator: ".")
                }
            #expect(HTTPAddress("http://" + host)?.isThisMachine() == (first == 127), "\(host)")
        }
    }

    @Test func `A clear-text connection is checked by the address that is connected`() async throws {
        let server = try ScriptedServer { _, _ in [.reply("{}")] }
        defer { server.stop() }
        // Linux takes 0.0.0.0 for this machine, but it is no address of its own alone.
        for host in ["0.0.0.0", "0", "[::]", "[::ffff:0.0.0.0]"] {
            await #expect(throws: HTTPFailure.insecure) {
                _ = try await CurlClient.send(HTTPRequest(.get, "http://\(host):\(server.port)/"))
            }
        }
        #expect(server.connections == 0)
        for host in ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"] {
            #expect(try await CurlClient.send(HTTPRequest(.get, "http://\(host):\(server.port)/")).status == 200)
        }
    }

    @Test func `A proxy is never used in clear, and is an address of its own`() async throws {
        let proxy = try ScriptedServer { _, _ in [.reply("{}")] }
        defer { proxy.stop() }
        let server = try ScriptedServer { _, _ in [.reply("{}")] }
        defer { server.stop() }
        var request = HTTPRequest(.get, server.url + "/")
        request.route.proxy = proxy.url
        #expect(try await CurlClient.send(request).status == 200)
        #expect(proxy.connections == 0)
        request.url = "https://pay.example/"
        await #expect(throws: HTTPFailure.cannotConnect) { _ = try await CurlClient.send(request) }
        #expect(proxy.connections == 1)
        #expect(proxy.requests.map(\.method) == ["CONNECT"])

        var options = PaymentIntentsGateway.Options()
        options.exchange.proxy = proxy.url
        #expect(throws: GatewayFault.insecureAddress) {
            try PaymentIntentsGateway(url: server.url, key: "sk_test_1", options: options)
        }
        for proxy in ["proxy.example", "ftp://proxy.example", "http://a:b@proxy.example", "http://proxy.example/x"] {
            options.exchange.proxy = proxy
            #expect(throws: GatewayFault.badAddress) {
                try PaymentIntentsGateway(url: "https://pay.example", key: "sk_test_1", options: options)
            }
        }
    }

    @Test(arguments: [
        "http://proxy.example:3128", "socks5h://127.0.0.1:1080", "socks5h://[::1]:1080/", "http://10.0.0.1:80/",
    ])
    func `a proxy is reached by HTTP or SOCKS`(address: String) {
        #expect(HTTPAddress(proxy: address) != nil)
    }

    @Test(arguments: [
        "socks5h://127.0.0.1:1080/path", "socks4://127.0.0.1:1080", "http://a:b@proxy.example:1", "proxy",
    ])
    func `an invalid proxy address is refused`(address: String) {
        #expect(HTTPAddress(proxy: address) == nil)
    }
}
