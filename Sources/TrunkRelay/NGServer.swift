import NGControl
package import RTPMedia

/// The relay's control port: requests of the *ng* protocol by UDP, one reply each.
package struct NGServer: ~Copyable {
    private let socket: DatagramSocket
    private var repeated = RepeatedRequests()
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    package var registry: CallRegistry

    package init(socket: DatagramSocket, registry: consuming CallRegistry) {
        self.socket = socket
        self.registry = registry
    }

    /// Waits for requests for `milliseconds` at most, and answers those that came.
    package mutating func serve(milliseconds: Int) {
        guard socket.wait(milliseconds: milliseconds) else { return }
        while let (count, sender) = socket.receive(into: &buffer) {
            guard let reply = answer(Array(buffer[..<count]), from: sender) else { continue }
            socket.send(reply.span, to: sender)
        }
    }

    private mutating func answer(_ bytes: [UInt8], from sender: SocketAddress) -> [UInt8]? {
        let message: NGMessage
        do throws(NGUnreadable) {
            message = try NGMessage(parsing: bytes)
        } catch {
            return error.reply?.bytes
        }
        let (now, origin) = (MediaLoop.now, sender.bytes)
        let time = Duration.microseconds(now)
        if let known = repeated.reply(to: bytes, from: origin, at: time) { return known }
        let reply = message.reply(registry.reply(to: message, at: now)).bytes
        repeated.keep(reply, to: bytes, from: origin, at: time)
        return reply
    }
}
