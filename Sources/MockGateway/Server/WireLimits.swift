internal import NIOCore
internal import NIOHTTP1

/// Limits of one client in bytes and time. A client beyond a limit is refused and its connection closed; other clients
/// never wait for it.
enum WireLimits {
    /// Connections at a time. One more closes the one that has waited longest for its request.
    static let connections = 400
    /// Bytes of a request's line and headers.
    static let head = 16 << 10
    /// Header fields of a request.
    static let fields = 100
    /// Bytes of a request's body.
    static let body = 1 << 20
    /// Bytes of a whole request as sent, with what chunks add to a body.
    static let request = 3 << 20
    /// Time from a request's first byte to its last, and for a reply to be taken.
    static let exchange = TimeAmount.seconds(20)
    /// Time that a connection may stay without a request.
    static let idle = TimeAmount.seconds(60)
    /// Time that a refused client has for reading the refusal before its connection is cut.
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

/// A reason for refusing a request unread, as HTTP says it.
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

    /// The whole reply as it goes over the wire; the connection ends with it.
    var bytes: [UInt8] {
        let body = APIError(status: rawValue, type: "invalid_request_error", message: "\(phrase).").json.bytes
        let head =
            "HTTP/1.1 \(rawValue) \(phrase)\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }
}
