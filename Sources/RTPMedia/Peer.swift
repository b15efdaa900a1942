/// The far end of a socket: where packets go, and from where they are taken.
///
/// The first packet tells where the far end is, for behind a router it is not where its SDP says. From then on packets
/// are taken from there alone, so that no other host can inject audio or redirect the call. A new SDP begins
/// anew. A packet from the address of the SDP is always taken, and moves the far end there.
struct Peer: Sendable {
    /// The address of the SDP; `nil` where the far end shall get nothing.
    private(set) var signalled: SocketAddress?
    private var heardFrom: SocketAddress?

    /// Where packets go; `nil` if they go nowhere.
    var destination: SocketAddress? { signalled == nil ? nil : heardFrom ?? signalled }

    /// Takes the address of an SDP. The same address again changes nothing.
    mutating func signal(_ address: SocketAddress?) {
        guard address != signalled else { return }
        (signalled, heardFrom) = (address, nil)
    }

    /// Whether a packet from `address` belongs to the call.
    mutating func accepts(_ address: SocketAddress) -> Bool {
        if address == heardFrom { return true }
        guard heardFrom == nil || address == signalled else { return false }
        heardFrom = address
        return true
    }
}
