import Gateway
import GatewayHTTP
import StripeGateway
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
    func `This machine, or any machine with encryption, is accepted`(url: String) throws {
        _ = try PaymentIntentsGateway(url: url, key: "sk_test_1")
    }

    @Test(arguments: [
        "http://pay.example", "HTTP://pay.example", "http://127.evil.example", "http://127.0.0.1.evil.example",
        "http://localhost.evil.example", "http://10.0.0.1:80", "http://169.254.169.254", "http://0.0.0.0", "http://0",
        "http://128.0.0.1", "http://126.255.255.255", "http://2147483649", "http://0x80000001", "http://0200.0.0.1",
        "http://[::]", "http://[::2]", "http://[fe80::1]", "http://[::ffff:10.0.0.1]", "http://[::ffff:0.0.0.0]",
        "http://[::127.0.0.1]", "http://[64:ff9b::7f00:1]", "http://127.0.0.1.", "http://localhost.example.",
    ])
    func `Another machine without encryption is refused`(url: String) {
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

    @Test func `A proxy is for encrypted addresses, and is an address of its own`() throws {
        var options = PaymentIntentsGateway.Options()
        options.exchange.proxy = "http://proxy.example:3128"
        #expect(throws: GatewayFault.insecureAddress) {
            try PaymentIntentsGateway(url: "http://127.0.0.1:1", key: "sk_test_1", options: options)
        }
        for proxy in ["proxy.example", "ftp://proxy.example", "http://a:b@proxy.example", "http://proxy.example/x"] {
            options.exchange.proxy = proxy
            #expect(throws: GatewayFault.badAddress) {
                try PaymentIntentsGateway(url: "https://pay.example", key: "sk_test_1", options: options)
            }
        }
    }
}
