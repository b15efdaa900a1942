internal import Foundation
internal import Glibc
internal import Synchronization

/// A server that keeps its input and answers every connection with the same bytes, or with none.
public final class RawServer: Sendable {
    private let listener: Int32
    public let url: String
    private let reply: Mutex<String>
    private let received = Mutex<[UInt8]>([])
    private let accepted = Mutex(0)

    /// - Parameters:
    ///   - reply: Sent once a request's body is in; the connection closes after it.
    ///   - servesOnce: Whether the server stops listening after one request.
    ///   - keepsOnce: Whether a connection is kept after its first request; a second one over it is read, closed upon,
    ///     and the last.
    public init(reply: String, servesOnce: Bool = false, keepsOnce: Bool = false) throws {
        self.reply = Mutex(reply)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let port: UInt16 = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                var size = size
                unsafe bind(listener, address, size)
                listen(listener, 16)
                unsafe getsockname(listener, address, &size)
            }
            return unsafe UInt16(bigEndian: pointer.pointee.sin_port)
        }
        url = "http://127.0.0.1:\(port)"
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                accepted.withLock { $0 += 1 }
                guard keepsOnce else {
                    serve(connection, self.reply.withLock { $0 }, isLast: servesOnce)
                    close(connection)
                    continue
                }
                Thread.detachNewThread { [self] in
                    serve(connection, self.reply.withLock { $0 })
                    serve(connection, "", isLast: true)
                    close(connection)
                }
            }
        }
    }

    deinit { stop() }

    public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Sends `reply` from the next connection on.
    public func answer(with reply: String) { self.reply.withLock { $0 = reply } }

    /// Everything that came, of all connections.
    public var text: String { received.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Connections so far.
    public var connections: Int { accepted.withLock { $0 } }

    private func serve(_ connection: Int32, _ reply: String, isLast: Bool = false) {
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !Self.isWhole(request) {
            let count = unsafe read(connection, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            // Nobody asks any more: not a request.
            guard count > 0 else { return }
            request += buffer[..<count]
            received.withLock { $0 += buffer[..<count] }
        }
        if isLast { stop() }
        let bytes = Array(reply.utf8)
        _ = unsafe write(connection, bytes, bytes.count)
    }

    private static func isWhole(_ request: [UInt8]) -> Bool {
        let text = String(decoding: request, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let length = text.lowercased().range(of: "content-length: ").flatMap { range in
            Int(text[range.upperBound...].prefix { $0.isNumber })
        }
        return text[end.upperBound...].utf8.count >= (length ?? 0)
    }
}
