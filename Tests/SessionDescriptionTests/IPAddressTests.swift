import SessionDescription
import Support
import Testing

struct IPAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
        ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("fe80::1", "fe80::1"),
    ])
    func `An address is read and written as RFC 5952 has it`(text: String, written: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == written && IPAddress(written) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.+4", "1.2.3.4 ", " 1.2.3.4", ":", ":::",
        "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", "+1::", "::1%eth0", "[::1]",
        "1.2.3.4::", "::1.2.3", "example.org", "::1.2.3.4:5", "1:", ":1",
    ])
    func `Text that is not an address is refused`(text: String) {
        #expect(IPAddress(text) == nil, "\(text)")
    }

    @Test func `Every address is read back as it was written`() throws {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for turn in 0..<20_000 {
            let bytes = (0..<(turn.isMultiple(of: 4) ? 4 : 16)).map { _ in
                Bool.random(using: &random) ? 0 : UInt8.random(in: .min ... .max, using: &random)
            }
            let address = try #require(IPAddress(bytes))
            #expect(IPAddress(address.description) == address, "seed \(seed), turn \(turn)")
            #expect(address.isUnspecified == bytes.allSatisfy { $0 == 0 })
        }
        #expect(IPAddress([1, 2, 3]) == nil)
    }
}
