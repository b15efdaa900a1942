internal import Glibc

/// A client that sends bytes as they are, over one connection to 127.0.0.1.
public final class RawClient: Sendable {
    private let connection: Int32

    /// - Parameter url: `http://127.0.0.1:PORT`.
    public init(_ url: String) {
        connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        address.sin_port = (url.split(separator: ":").last.flatMap { UInt16($0) } ?? 0).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafePointer(to: &address) { pointer in
            _ = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe connect(connection, address, size)
            }
        }
        // A peer that never answers ends a test as one that closed would.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        unsafe setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(connection) }

    /// Sends as much as the other side takes; whether that was all.
    @discardableResult public func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Says that nothing more is sent.
    public func finishSending() { shutdown(connection, Int32(SHUT_WR)) }

    /// What comes until the other side closes, and whether it did.
    public func readToEnd() -> (text: String, isClosed: Bool) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe recv(connection, &buffer, buffer.count, 0)
            if count > 0 { bytes += buffer[..<count] }
            guard count > 0 else {
                // A reset closes, too.
                return (String(decoding: bytes, as: UTF8.self), count == 0 || errno == ECONNRESET)
            }
        }
    }

    /// What comes until `text` is in it, or the other side closes.
    public func read(until text: String) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe recv(connection, &byte, 1, 0) == 1 {
            bytes.append(byte)
            if bytes.suffix(text.utf8.count).elementsEqual(text.utf8) { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
