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
        case .badAddress, .cannotConnect, .untrusted: true
        case .timedOut, .closedEarly, .badReply, .other: false
        }
    }
}
