internal import FlyingFox
internal import FlyingSocks
internal import Foundation

/// The wire: FlyingFox's requests and responses to and from the service's own.
struct FlyingFoxHandler: HTTPHandler {
    let service: GatewayService

    private static let bodyLimit = 1 << 20

    func handleRequest(_ request: FlyingFox.HTTPRequest) async throws -> HTTPResponse {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.bodyLimit {
            return HTTPResponse(statusCode: HTTPStatusCode(413, phrase: "Payload Too Large"))
        }
        let path = request.target.path().split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        let reply = await service.reply(
            to: WireRequest(
                method: request.method.rawValue, path: path, query: Array(request.target.query().utf8),
                body: Array(try await request.bodyData), authorization: request.headers[.authorization],
                idempotencyKey: request.headers[HTTPHeader("Idempotency-Key")]))
        var headers: HTTPHeaders = [
            .contentType: "application/json", HTTPHeader("Request-Id"): "req_\(UInt64.random(in: 0 ... .max))",
        ]
        if reply.isReplayed { headers[HTTPHeader("Idempotent-Replayed")] = "true" }
        let status = HTTPStatusCode(reply.status, phrase: Self.phrases[reply.status] ?? "Status")
        switch reply.ending {
        case .whole: return HTTPResponse(statusCode: status, headers: headers, body: Data(reply.body))
        case .closedMidReply:
            let half = HTTPBodySequence(from: HalfBody(bytes: reply.body), count: reply.body.count)
            return HTTPResponse(statusCode: status, headers: headers, body: half)
        case .closedUnanswered:
            // A web socket that never comes about is FlyingFox's one way to close a connection unanswered.
            return HTTPResponse(webSocket: NoWebSocket())
        }
    }

    private static let phrases = [
        200: "OK", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
        409: "Conflict", 429: "Too Many Requests", 500: "Internal Server Error",
    ]
}

private struct ConnectionClosed: Error {}

private struct NoWebSocket: WSHandler {
    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
        throw ConnectionClosed()
    }
}

/// The first half of some bytes, then a failure that closes the connection.
private struct HalfBody: AsyncBufferedSequence {
    typealias Element = UInt8
    let bytes: [UInt8]

    func makeAsyncIterator() -> Iterator { Iterator(half: Array(bytes.prefix(bytes.count / 2))) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var half: [UInt8]

        mutating func next() async throws -> UInt8? {
            guard !half.isEmpty else { throw ConnectionClosed() }
            return half.removeFirst()
        }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            guard !half.isEmpty else { throw ConnectionClosed() }
            defer { half = [] }
            return half
        }
    }
}
