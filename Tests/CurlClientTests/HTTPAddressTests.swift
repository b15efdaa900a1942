import CurlClient
import Support
import Testing

/// Which addresses a request may go to, and over what.
struct HTTPAddressTests {
    @Test func `An unencrypted address is this machine's exactly if it begins with 127`() {
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
