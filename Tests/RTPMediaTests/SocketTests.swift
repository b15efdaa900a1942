import RTPMedia
import Testing

@Suite(.serialized) struct SocketTests {
    @Test(arguments: ["127.0.0.1", "::1"]) func `A datagram comes with the address of its sender`(host: String) throws {
        let address = try #require(SocketAddress(host: host, port: 0))
        // A machine may have no IPv6.
        guard let first = try? DatagramSocket(bindingTo: address) else { return }
        let second = try DatagramSocket(bindingTo: address)
        let bytes: [UInt8] = [1, 2, 3]
        first.send(bytes.span, to: second.address)
        #expect(second.wait(milliseconds: 1_000))
        var buffer = [UInt8](repeating: 0, count: 16)
        let heard = try #require(second.receive(into: &buffer))
        #expect(Array(buffer[..<heard.count]) == bytes && heard.from == first.address)
        #expect(second.receive(into: &buffer) == nil)
    }

    @Test func `Addresses are numeric, and those of no host are told`() {
        #expect(SocketAddress(host: "localhost", port: 1) == nil && SocketAddress(host: "", port: 1) == nil)
        #expect(SocketAddress(host: "0.0.0.0", port: 1)?.isUnspecified == true)
        #expect(SocketAddress(host: "::", port: 1)?.isUnspecified == true)
        #expect(SocketAddress(host: "192.0.2.1", port: 1)?.isUnspecified == false)
        #expect(SocketAddress(host: "192.0.2.1", port: 1) != SocketAddress(host: "192.0.2.1", port: 2))
    }

    @Test func `Ports come in pairs from the range alone, and come back when they are closed`() throws {
        let host = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        var ports = MediaPorts(on: host, 21_501...21_508)
        for _ in 0..<3 {
            var held: [(rtp: DatagramSocket, rtcp: DatagramSocket)] = []
            while let pair = ports.open() { held.append(pair) }
            let numbers = held.map(\.rtp.address.port).sorted()
            #expect(numbers == [21_502, 21_504, 21_506])
            #expect(held.allSatisfy { $0.rtcp.address.port == $0.rtp.address.port + 1 })
        }
    }
}
