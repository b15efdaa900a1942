internal import CDatagrams
internal import Glibc

/// A datagram socket that never blocks. It is closed when it is released.
package final class DatagramSocket: Sendable {
    package let descriptor: Int32
    /// The address to which the socket is bound.
    package let address: SocketAddress

    /// Expedited forwarding, as voice is marked (RFC 4594, section 4.1).
    private static let trafficClass: Int32 = 0xB8

    /// Binds a socket to `address`; with port 0, to any free port. Throws what the system says.
    package init(bindingTo address: SocketAddress) throws(SocketFault) {
        descriptor = tonewall_bind(address.system, Self.trafficClass)
        guard descriptor >= 0 else { throw SocketFault(code: errno) }
        self.address = SocketAddress(tonewall_bound_address(descriptor))
    }

    deinit { close(descriptor) }

    /// Waits until a datagram can be read, for `milliseconds` at most. Returns whether one can.
    package func wait(milliseconds: Int) -> Bool {
        var descriptor = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, Int32(milliseconds)) > 0
    }

    /// Reads a datagram to the beginning of `buffer`. Returns its length and its sender; `nil` if none waits.
    package func receive(into buffer: inout [UInt8]) -> (count: Int, from: SocketAddress)? {
        var from = tonewall_address()
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe tonewall_receive(descriptor, $0.baseAddress, $0.count, &from)
        }
        return count >= 0 ? (count, SocketAddress(from)) : nil
    }

    /// Sends a datagram. One that the system does not take is lost, as on any network.
    package func send(_ bytes: Span<UInt8>, to address: SocketAddress) {
        _ = unsafe bytes.withUnsafeBytes {
            unsafe tonewall_send(descriptor, $0.baseAddress, $0.count, address.system)
        }
    }
}

/// Why a socket could not be bound.
package struct SocketFault: Error, Sendable, CustomStringConvertible {
    /// The system's error number.
    package var code: Int32

    package var description: String { unsafe String(cString: strerror(code)) }
}
