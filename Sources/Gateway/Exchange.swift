internal import CurlClient
internal import Foundation
internal import PaymentSession

/// What came of one request and its repetitions.
struct Exchange: Sendable {
    enum Ending: Sendable {
        /// The last reply.
        case reply(HTTPReply)
        /// No whole reply came.
        case none
    }

    var ending = Ending.none
    /// What became of the last try that may have been acted on though its reply is not known; `nil` where there was none.
    var openFault: GatewayFault?
    /// The last thing that went wrong.
    var fault: GatewayFault?
    /// Seconds spent waiting for replies that came.
    var secondsWaiting = 0.0

    /// Whether any try whose reply is not known may have been acted on.
    var mayHaveArrived: Bool { openFault != nil }

    /// Whether the last reply is 200: it was acted on, whether or not the reply can be read.
    var isAccepted: Bool { if case .reply(let reply) = ending { reply.status == 200 } else { false } }

    /// The reply where it is 200.
    func success() throws(GatewayFault) -> HTTPReply {
        guard case .reply(let reply) = ending else { throw fault ?? .badReply }
        if reply.status == 200 { return reply }
        if reply.status >= 500 || reply.status == 429 { throw .serverError(status: reply.status) }
        throw .refused(status: reply.status, code: reply.errorCode)
    }
}

extension Exchange {
    fileprivate mutating func noteOpen(_ fault: GatewayFault) {
        openFault = fault
        self.fault = fault
    }
}

extension PaymentIntentsGateway {
    /// Sends a request until a reply settles it, the tries are used up or the deadline is over; each time under the same key.
    func repeated(
        _ method: HTTPRequest.Method, _ path: String, body: LockedBuffer?, idempotencyKey: String? = nil,
        deadline: Double? = nil
    ) async -> Exchange {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(deadline ?? options.deadline)
        var exchange = Exchange()
        for attempt in 1...max(1, options.tries) {
            let left = (end - clock.now) / .seconds(1)
            guard left > 0 || attempt == 1 else { break }
            if await attemptOnce(request(method, path, body, idempotencyKey, left), &exchange) { return exchange }
            let pause = min(4, options.backoff * Double(1 << (attempt - 1))) * Double.random(in: 0.5...1)
            guard attempt < options.tries, clock.now + .seconds(pause) < end else { break }
            try? await Task.sleep(for: .seconds(pause))
        }
        return exchange
    }

    private func request(
        _ method: HTTPRequest.Method, _ path: String, _ body: LockedBuffer?, _ idempotencyKey: String?, _ left: Double
    ) -> HTTPRequest {
        var headers = [("Authorization", "Bearer \(key)"), ("Accept", "application/json")]
        if body != nil { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        if let idempotencyKey { headers.append(("Idempotency-Key", idempotencyKey)) }
        return HTTPRequest(
            method, baseURL + path, headers: headers.map { (name: $0.0, value: $0.1) }, body: body,
            connectTimeout: min(options.connectTimeout, max(left, 0.001)),
            timeout: min(options.requestTimeout, max(left, 0.001)))
    }

    /// Whether the request is settled by this try.
    private func attemptOnce(_ request: HTTPRequest, _ exchange: inout Exchange) async -> Bool {
        do throws(HTTPFailure) {
            let reply = try await CurlClient.send(request)
            exchange.ending = .reply(reply)
            exchange.secondsWaiting += reply.seconds
            switch reply.status {
            case 409:
                // Another request under this key is under way: one of ours whose connection is gone.
                exchange.noteOpen(.serverError(status: 409))
            case 429: exchange.fault = .serverError(status: 429)
            case 500...: exchange.noteOpen(.serverError(status: reply.status))
            // Neither an answer nor a refusal: whoever said that may have passed the request on.
            case 200 where !reply.isWholeObject, 201..<400: exchange.noteOpen(.badReply)
            default: return true
            }
            return false
        } catch {
            exchange.ending = .none
            exchange.fault = GatewayFault(error)
            if !error.nothingWasSent { exchange.noteOpen(GatewayFault(error)) }
            return error == .badAddress || error == .untrusted
        }
    }
}

extension HTTPReply {
    /// The word for what an error reply is about.
    var errorCode: GatewayCode? {
        let error = decoded(ErrorReply.self, body)?.error
        return (error?.code ?? error?.type).flatMap(GatewayCode.init)
    }

    /// Whether the body is a JSON object from its first to its last brace.
    fileprivate var isWholeObject: Bool {
        let text = body.drop { $0 == 0x20 || $0 == 0x0A }
        return text.first == UInt8(ascii: "{") && body.last(where: { $0 > 0x20 }) == UInt8(ascii: "}")
    }
}

extension GatewayFault {
    init(_ failure: HTTPFailure) {
        self =
            switch failure {
            case .badAddress: .badAddress
            case .cannotConnect: .cannotConnect
            case .untrusted: .untrusted
            case .timedOut: .timedOut
            case .closedEarly, .other: .closedEarly
            case .badReply: .badReply
            }
    }
}
