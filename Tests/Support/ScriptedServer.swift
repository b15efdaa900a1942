internal import Foundation
internal import Glibc
internal import Synchronization

/// A server on 127.0.0.1 that answers each request as a script says: well, wrongly, slowly, without end or not at all.
public final class ScriptedServer: Sendable {
    /// A request, as far as a gateway's client writes one.
    public struct Request: Sendable {
        public var method: String
        public var path: String
        public var query: String
        /// The body as it came.
        public var body: String
        /// The form's fields in the body, decoded.
        public var form: [String: String]
    }

    /// One thing that the server does with a connection; after the last it closes it.
    public enum Step: Sendable {
        case send([UInt8])
        /// A byte at a time, that many milliseconds apart.
        case drip([UInt8], milliseconds: UInt32)
        /// The same again and again, until the other side is gone.
        case flood([UInt8])
        /// Nothing, until the other side is gone.
        case hold
        /// Closes with a reset of the connection.
        case reset
    }

    public let url: String
    /// The port alone, to be reached by another spelling of the address.
    public let port: Int
    private let listener: Int32
    private let heard = Mutex<[Request]>([])
    private let accepted = Mutex(0)
    private let script: @Sendable (Request, _ number: Int) -> [Step]

    /// - Parameter script: What becomes of a request, the first being number 0.
    public init(_ script: @escaping @Sendable (Request, _ number: Int) -> [Step]) throws {
        self.script = script
        _ = signal(SIGPIPE, SIG_IGN)
        let (listener, port) = Self.listen()
        self.listener = listener
        self.port = port
        url = "http://127.0.0.1:\(port)"
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                accepted.withLock { $0 += 1 }
                Thread.detachNewThread { [self] in
                    serve(connection)
                    close(connection)
                }
            }
        }
    }

    deinit { stop() }

    public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    public var requests: [Request] { heard.withLock { $0 } }
    public var connections: Int { accepted.withLock { $0 } }

    private static func listen() -> (listener: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(listener, address, size)
                Glibc.listen(listener, 64)
                unsafe getsockname(listener, address, &size)
            }
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func serve(_ connection: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            if let request = Self.request(in: bytes) {
                let number = heard.withLock { heard in
                    heard.append(request)
                    return heard.count - 1
                }
                for step in script(request, number) where !Self.take(step, connection) { return }
                return
            }
            let count = unsafe read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
    }

    /// Whether the other side is still there.
    private static func take(_ step: Step, _ connection: Int32) -> Bool {
        switch step {
        case .send(let bytes): return write(bytes, connection)
        case .drip(let bytes, let milliseconds):
            for byte in bytes {
                guard write([byte], connection) else { return false }
                usleep(milliseconds * 1000)
            }
            return true
        case .flood(let bytes):
            while write(bytes, connection) {}
            return false
        case .hold:
            var byte: UInt8 = 0
            while unsafe read(connection, &byte, 1) > 0 {}
            return false
        case .reset:
            var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
            unsafe setsockopt(
                connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            return false
        }
    }

    private static func write(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(connection, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// The request in `bytes` where it is whole.
    private static func request(in bytes: [UInt8]) -> Request? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let length = text.lowercased().range(of: "content-length: ").flatMap { range in
            Int(text[range.upperBound...].prefix { $0.isNumber })
        }
        let body = text[end.upperBound...]
        guard body.utf8.count >= (length ?? 0) else { return nil }
        let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count == 3 else { return nil }
        let target = words[1].split(separator: "?", maxSplits: 1)
        var form: [String: String] = [:]
        for field in body.split(separator: "&") {
            let halves = field.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? "" }
            if halves.count == 2 { form[halves[0]] = halves[1] }
        }
        return Request(
            method: String(words[0]), path: String(target.first ?? ""),
            query: target.count > 1 ? String(target[1]) : "", body: String(body), form: form)
    }
}

extension ScriptedServer.Step {
    /// A whole reply.
    public static func reply(
        _ body: String, status: String = "200 OK", type: String = "application/json"
    ) -> ScriptedServer.Step {
        .send(
            Array(
                ("HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
                    + "Connection: close\r\n\r\n\(body)").utf8))
    }
}
