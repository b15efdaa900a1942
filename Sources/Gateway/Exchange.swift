internal import CurlClient
internal import PaymentSession

/// What came of one request and its repetitions.
struct Exchange: Sendable {
    /// The last whole reply; `nil` where the last try got none.
    private(set) var reply: HTTPReply?
    /// Its body.
    private(set) var json: ReplyJSON?
    /// What became of the last try that may have been acted on though its reply does not say; `nil` where there was none.
    private(set) var openFault: GatewayFault?
    /// The last thing that went wrong.
    private(set) var fault: GatewayFault?
    /// Whether a try was answered as one that was acted on is, though that answer could not be read.
    private(set) var wasAccepted = false
    /// Whether the last reply leaves open what was done.
    private(set) var isOpen = false
    /// Seconds spent waiting for replies that came.
    private(set) var secondsWaiting = 0.0

    /// Whether any try whose reply is not known may have been acted on.
    var mayHaveArrived: Bool { openFault != nil }

    /// The body of a 200.
    ///
    /// - Throws: Why there is none.
    func success() throws(GatewayFault) -> ReplyJSON {
        guard let reply else { throw fault ?? .timedOut }
        if reply.status == 200 {
            guard let json else { throw .badReply }
            return json
        }
        if reply.status >= 500 || [408, 409, 429].contains(reply.status) { throw .serverError(status: reply.status) }
        guard reply.status >= 400 else { throw .badReply }
        throw .refused(status: reply.status, code: errorCode)
    }

    /// The word for what an error reply is about.
    var errorCode: GatewayCode? {
        let error = ErrorReply(json)
        return (error?.code ?? error?.type).flatMap(GatewayCode.init)
    }

    /// Whether the key was used for something else before.
    var usesKeyOfAnother: Bool { reply?.status == 400 && ErrorReply(json)?.type == "idempotency_error" }

    /// Takes the reply to one try of a request about `payment`; whether it settles the request.
    fileprivate mutating func note(_ reply: HTTPReply, about payment: String?) -> Bool {
        self.reply = reply
        json = ReplyJSON(reply.body)
        if json?.isObject != true { json = nil }
        isOpen = false
        secondsWaiting += reply.seconds
        switch reply.status {
        case 200 where json != nil: return true
        // Neither an answer nor a refusal: whoever said that may have passed the request on.
        case ..<400:
            wasAccepted = true
            noteOpen(.badReply)
        case 402 where ErrorReply(json) == nil: noteOpen(.badReply)
        // Another request under this key is under way: one of ours whose connection is gone.
        case 408, 409, 500...: noteOpen(.serverError(status: reply.status))
        case 429: fault = .serverError(status: 429)
        default:
            // A refusal that names a payment with money in it refuses something else, unless the request is about that payment.
            if let intent = ErrorReply(json)?.intent, intent.holdsMoney, intent.id.text != payment {
                noteOpen(.wrongReply)
            }
            return true
        }
        return false
    }

    /// Takes the failure of one try; whether the next would meet the same.
    fileprivate mutating func note(_ failure: HTTPFailure) -> Bool {
        reply = nil
        json = nil
        isOpen = false
        fault = GatewayFault(failure)
        if !failure.nothingWasSent { noteOpen(GatewayFault(failure)) }
        return [.badAddress, .untrusted, .insecure].contains(failure)
    }

    private mutating func noteOpen(_ fault: GatewayFault) {
        isOpen = true
        openFault = fault
        self.fault = fault
    }
}

extension PaymentIntentsGateway {
    /// Sends a request until a reply settles it, the tries are used up or the deadline is over; each time under the same key.
    ///
    /// - Parameter payment: The existing payment that it is about; `nil` where it is about none, or makes one.
    func repeated(
        _ method: HTTPRequest.Method, _ path: String, body: LockedBuffer?, idempotencyKey: String? = nil,
        about payment: String? = nil, until deadline: Deadline
    ) async -> Exchange {
        var exchange = Exchange()
        for attempt in 1...max(1, options.tries) {
            let left = deadline.left
            guard left > 0 else { break }
            do throws(HTTPFailure) {
                let reply = try await CurlClient.send(request(method, path, body, idempotencyKey, left))
                if exchange.note(reply, about: payment) { return exchange }
            } catch {
                if exchange.note(error) { return exchange }
            }
            let pause = min(4, options.backoff * Double(1 << min(attempt - 1, 16))) * Double.random(in: 0.5...1)
            guard attempt < options.tries, pause < deadline.left else { break }
            await deadline.pause(pause)
        }
        return exchange
    }

    private func request(
        _ method: HTTPRequest.Method, _ path: String, _ body: LockedBuffer?, _ idempotencyKey: String?, _ left: Double
    ) -> HTTPRequest {
        var headers = [("Authorization", "Bearer \(key)"), ("Accept", "application/json")]
        if body != nil { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        if let idempotencyKey { headers.append(("Idempotency-Key", idempotencyKey)) }
        var request = HTTPRequest(
            method, baseURL + path, headers: headers.map { (name: $0.0, value: $0.1) }, body: body,
            connectTimeout: min(options.connectTimeout, left), timeout: min(options.requestTimeout, left))
        request.route = HTTPRoute(proxy: options.proxy, authorities: options.authorities)
        return request
    }
}

extension GatewayFault {
    init(_ failure: HTTPFailure) {
        self =
            switch failure {
            case .badAddress: .badAddress
            case .cannotConnect: .cannotConnect
            case .insecure: .insecureAddress
            case .untrusted: .untrusted
            case .timedOut: .timedOut
            case .closedEarly, .other: .closedEarly
            case .badReply: .badReply
            }
    }
}
