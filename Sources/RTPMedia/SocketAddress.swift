import CDatagrams

/// The address and the port of a datagram socket, IPv4 or IPv6.
package struct SocketAddress: Sendable, Hashable {
    /// The 16 bytes of the address. An IPv4 address is mapped into IPv6 (RFC 4291, section 2.5.5.2).
    private var high, low: UInt64
    package var port: UInt16
    package let isIPv6: Bool

    init(_ system: tonewall_address) {
        (high, low, port, isIPv6) = (system.high, system.low, system.port, system.is_v6)
    }

    /// Reads an address in dotted or colon form; `nil` if `host` is neither, such as a name.
    package init?(host: String, port: UInt16) {
        var system = tonewall_address()
        guard unsafe host.withCString({ unsafe tonewall_read_address($0, port, &system) }) else { return nil }
        self.init(system)
    }

    var system: tonewall_address { tonewall_address(high: high, low: low, port: port, is_v6: isIPv6) }

    /// Address and port, for a key of a table.
    package var bytes: [UInt8] {
        [high, low, UInt64(port)].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }

    /// Whether no host has this address: `0.0.0.0` or `::`, with which SDP puts a stream on hold (RFC 3264, 8.4).
    package var isUnspecified: Bool { isIPv6 ? high == 0 && low == 0 : low & 0xFFFF_FFFF == 0 }

    package func with(port: UInt16) -> Self {
        var copy = self
        copy.port = port
        return copy
    }
}
