/// A reply on a connection.
struct WireReply: Sendable {
    /// How the connection ends.
    enum Ending: Sendable {
        /// After the whole reply.
        case whole
        /// In the middle of the body.
        case closedMidReply
        /// Without a byte.
        case closedUnanswered
    }

    var status: Int
    var body: [UInt8]
    var isReplayed = false
    var ending = Ending.whole

    init(status: Int = 200, _ json: JSON) {
        self.status = status
        body = json.bytes
    }

    init(_ error: APIError) {
        self.init(status: error.status, error.json)
    }

    init(status: Int, body: [UInt8], ending: Ending = .whole) {
        self.status = status
        self.body = body
        self.ending = ending
    }
}

/// One decoded request.
struct WireRequest: Sendable {
    var method: String
    /// The path's parts.
    var path: [String]
    var query: [UInt8]
    var body: [UInt8]
    var authorization: String?
    var idempotencyKey: String?
    /// Whether a page in a browser may have sent it: it has an origin, or a host other than this machine.
    var comesFromPage = false
}
