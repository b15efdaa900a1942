internal import NIOCore
internal import NIOHTTP1

/// Limits of one client in bytes and time. A client above a limit is refused and disconnected. Other clients never wait
/// for it.
enum WireLimits {
    /// Largest number of connections. A further one closes the one that has waited longest for its request.
    static let connections = 400
    /// Bytes of a request's line and headers.
    static let head = 16 << 10
    /// Header fields of a request.
    static let fields = 100
    /// Bytes of a request's body.
    static let body = 1 << 20
    /// Bytes of a whole request as sent, including chunk headers.
    static let request = 3 << 20
    /// Time from a request's first byte to its last, and for reading a reply.
    static let exchange = TimeAmount.seconds(20)
    /// Time that a connection may be open without a request.
    static let idle = TimeAmount.seconds(60)
    /// Time for a refused client to read the refusal before its connection is cut.
    static let lingering = TimeAmount.seconds(2)

    /// The same limits, as the decoder of requests takes them.
    static var decoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = head
        limits.maxHeaderListSize = head
        limits.maxHeaderFieldCount = fields
        return limits
    }
}

/// The reason to refuse a request, as an HTTP status.
enum WireRefusal: Int {
    case badRequest = 400
    case timeout = 408
    case tooLong = 413
    case expectationFailed = 417
    case headTooLong = 431
    case unknownEncoding = 501

    private var phrase: String {
        switch self {
        case .badRequest: "Bad Request"
        case .timeout: "Request Timeout"
        case .tooLong: "Content Too Large"
        case .expectationFailed: "Expectation Failed"
        case .headTooLong: "Request Header Fields Too Large"
        case .unknownEncoding: "Not Implemented"
        }
    }

    /// The bytes of the whole reply, after which the connection ends.
    var bytes: [UInt8] {
        let body = APIError(status: rawValue, type: "invalid_request_error", message: "\(phrase).").json.bytes
        let head =
            "HTTP/1.1 \(rawValue) \(phrase)\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }
}
