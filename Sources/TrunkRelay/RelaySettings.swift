package import RTPMedia

/// The settings of a relay.
package struct RelaySettings: Sendable {
    /// The address of the interface for media.
    package var interface: SocketAddress
    /// The address that SDP names; the interface's own unless the relay stands behind a router.
    package var advertised: String
    /// Ports for media.
    package var ports: ClosedRange<UInt16>
    /// Most calls at a time. More are refused when they are offered.
    package var mostCalls: Int
    /// A call that hears nothing for so long is over, in seconds.
    package var timeout: Int

    /// - Returns: `nil` if `interface` is no numeric address.
    package init?(
        interface: String, advertised: String? = nil, ports: ClosedRange<UInt16> = 30_000...40_000,
        mostCalls: Int = 1_000, timeout: Int = 60
    ) {
        guard let address = SocketAddress(host: interface, port: 0) else { return nil }
        self.interface = address
        self.advertised = advertised ?? interface
        (self.ports, self.mostCalls, self.timeout) = (ports, mostCalls, timeout)
    }
}
