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
    /// Names and values as sent, without line breaks.
    package var headers: [(name: String, value: String)]
    /// The bytes sent by a POST.
    package var body: HTTPBody?
    /// Seconds from the start within which the connection must be established.
    package var connectTimeout: Double
    /// Seconds from the start within which the whole reply must arrive.
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
    /// Bytes without secrets.
    case plain([UInt8])
    /// Bytes in locked memory, which are overwritten when the last owner releases them.
    case locked(LockedBuffer)

    /// Its length in bytes.
    var count: Int {
        switch self {
        case .plain(let bytes): bytes.count
        case .locked(let buffer): buffer.count
        }
    }

    /// Copies the bytes after the first `start` ones, as far as there is room. Returns their number.
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

/// The proxy and the trusted authorities of a request. The environment does not set them.
package struct HTTPRoute: Sendable, Equatable {
    /// The proxy of `https` requests, `http://HOST:PORT` or `socks5h://HOST:PORT`; `nil` for none. Plain `http` never
    /// uses one.
    package var proxy: String?
    /// A PEM file of trusted authorities; `nil` for the system's.
    package var authorities: String?

    package init(proxy: String? = nil, authorities: String? = nil) {
        self.proxy = proxy
        self.authorities = authorities
    }
}

/// A complete HTTP reply.
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

/// Why there is no complete reply. No case carries text from the network.
package enum HTTPFailure: Error, Equatable, Sendable {
    /// The address is not an `http` or `https` address.
    case badAddress
    /// The name does not resolve, the port is closed, or the connection timed out. Nothing was sent.
    case cannotConnect
    /// Plain `http` to another machine. No connection was made.
    case insecure
    /// The server's certificate is not valid for its name. Nothing was sent.
    case untrusted
    /// The reply did not come in time. The request may have had an effect.
    case timedOut
    /// The connection ended before the reply did. The request may have had an effect.
    case closedEarly
    /// The reply was not HTTP, or longer than ``CurlClient/replyLimit``.
    case badReply
    /// libcurl failed in another way, with its code. The request may have had an effect.
    case other(code: UInt32)

    /// Whether certainly no byte of the request has reached the server.
    package var nothingWasSent: Bool {
        switch self {
        case .badAddress, .cannotConnect, .insecure, .untrusted: true
        case .timedOut, .closedEarly, .badReply, .other: false
        }
    }
}
