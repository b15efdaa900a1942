package import Secrets

/// One HTTP request. Only its body may hold card data.
package struct HTTPRequest: Sendable {
    /// The verbs in use.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    package var method: Method
    /// An absolute `http` or `https` address.
    package var url: String
    /// Names and values as sent, without line ends.
    package var headers: [(name: String, value: String)]
    /// The bytes sent by a POST.
    package var body: HTTPBody?
    /// Seconds from the start until the connection must stand.
    package var connectTimeout: Double
    /// Seconds from the start until the whole reply must be in.
    package var timeout: Double
    /// Its proxy and its trusted authorities.
    package var route = HTTPRoute()

    package init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: HTTPBody? = nil,
        connectTimeout: Double = 5, timeout: Double = 10
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.timeout = timeout
    }
}

/// A request's body.
package enum HTTPBody: Sendable {
    /// Bytes that hold no secret.
    case plain([UInt8])
    /// Bytes in locked memory, which are overwritten once the last holder lets go.
    case locked(LockedBuffer)

    /// Its length in bytes.
    var count: Int {
        switch self {
        case .plain(let bytes): bytes.count
        case .locked(let buffer): buffer.count
        }
    }

    /// Copies what is behind the first `start` bytes, as far as there is room; how many bytes.
    func copy(from start: Int, to room: UnsafeMutableRawBufferPointer) -> Int {
        switch self {
        case .plain(let bytes):
            let part = bytes[start...].prefix(room.count)
            unsafe room.copyBytes(from: part)
            return part.count
        case .locked(let buffer): return unsafe buffer.copy(from: start, to: room)
        }
    }
}

/// The proxy and the trusted authorities of a request. The environment sets neither.
package struct HTTPRoute: Sendable, Equatable {
    /// The proxy that `https` requests go through, as `http://HOST:PORT` or `socks5h://HOST:PORT`; `nil` for none.
    /// Plain `http` never has one.
    package var proxy: String?
    /// A PEM file of trusted authorities; `nil` for the system's.
    package var authorities: String?

    package init(proxy: String? = nil, authorities: String? = nil) {
        self.proxy = proxy
        self.authorities = authorities
    }
}

/// A whole HTTP reply.
package struct HTTPReply: Sendable {
    /// The status code, 100 to 599.
    package let status: Int
    /// The body, at most ``CurlClient/replyLimit`` bytes.
    package let body: [UInt8]
    /// Seconds from the request's start to the reply's end, as libcurl measures them.
    package let seconds: Double

    package init(status: Int, body: [UInt8], seconds: Double = 0) {
        self.status = status
        self.body = body
        self.seconds = seconds
    }
}

/// Why there is no whole reply. No case carries text from the network.
package enum HTTPFailure: Error, Equatable, Sendable {
    /// The address is not an `http` or `https` address.
    case badAddress
    /// The name does not resolve, nobody listens, or the connection timed out: nothing was sent.
    case cannotConnect
    /// Plain `http` to another machine: no connection was made.
    case insecure
    /// The server's certificate is not valid for its name: nothing was sent.
    case untrusted
    /// The reply did not come in time: the request may have been acted on.
    case timedOut
    /// The connection ended before the reply did: the request may have been acted on.
    case closedEarly
    /// The reply was not HTTP, or longer than ``CurlClient/replyLimit``.
    case badReply
    /// libcurl failed in another way, with its code; the request may have been acted on.
    case other(code: UInt32)

    /// Whether no byte of the request can have reached the server.
    package var nothingWasSent: Bool {
        switch self {
        case .badAddress, .cannotConnect, .insecure, .untrusted: true
        case .timedOut, .closedEarly, .badReply, .other: false
        }
    }
}
