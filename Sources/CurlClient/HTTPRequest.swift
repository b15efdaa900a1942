/// One HTTP request, whose secrets are in its body alone.
public struct HTTPRequest: Sendable {
    /// The verbs in use.
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    public var method: Method
    /// An absolute `http` or `https` address.
    public var url: String
    /// Names and values as sent, without line ends.
    public var headers: [(name: String, value: String)]
    /// The bytes sent by a POST; kept in locked memory until the last holder lets go.
    public var body: LockedBuffer?
    /// Seconds from the start until the connection must stand.
    public var connectTimeout: Double
    /// Seconds from the start until the whole reply must be in.
    public var timeout: Double
    /// By which way it goes, and whom it trusts.
    public var route = HTTPRoute()

    public init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: LockedBuffer? = nil,
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

/// How requests reach their host. Nothing of it comes from the environment.
public struct HTTPRoute: Sendable, Equatable {
    /// The proxy that `https` requests go through, as `http://HOST:PORT` or `socks5h://HOST:PORT`; `nil` for none.
    /// Plain `http` never has one.
    public var proxy: String?
    /// A PEM file of the authorities that certificates are held against; `nil` for the system's.
    public var authorities: String?

    public init(proxy: String? = nil, authorities: String? = nil) {
        self.proxy = proxy
        self.authorities = authorities
    }
}

/// A whole HTTP reply.
public struct HTTPReply: Sendable {
    /// The status code, 100 to 599.
    public let status: Int
    /// The body, at most ``CurlClient/replyLimit`` bytes.
    public let body: [UInt8]
    /// Seconds from the request's start to the reply's end, as libcurl measures them.
    public let seconds: Double

    public init(status: Int, body: [UInt8], seconds: Double = 0) {
        self.status = status
        self.body = body
        self.seconds = seconds
    }
}

/// A reason for having no whole reply. No case carries text from the wire.
public enum HTTPFailure: Error, Equatable, Sendable {
    /// The address is no `http` or `https` address.
    case badAddress
    /// The name does not resolve, nobody listens, or the connection timed out: nothing was sent.
    case cannotConnect
    /// Plain `http` to an address that is not this machine's own: no connection was made.
    case insecure
    /// The other side's certificate does not prove its name: nothing was sent.
    case untrusted
    /// The time was up while waiting for the reply: the request may have been acted on.
    case timedOut
    /// The connection ended before the reply did: the request may have been acted on.
    case closedEarly
    /// What came back was not an HTTP reply, or longer than ``CurlClient/replyLimit``.
    case badReply
    /// libcurl failed in another way, with its code; the request may have been acted on.
    case other(code: UInt32)

    /// Whether it is certain that no byte of the request reached the other side.
    public var nothingWasSent: Bool {
        switch self {
        case .badAddress, .cannotConnect, .insecure, .untrusted: true
        case .timedOut, .closedEarly, .badReply, .other: false
        }
    }
}
