internal import CurlClient
internal import Gateway
internal import GatewayHTTP
internal import PaymentSession

extension PaymentIntentsGateway {
    /// Sends a request under one key until a reply settles it, the attempts are used up or the deadline has passed.
    ///
    /// - Parameter payment: The existing payment that it concerns; `nil` if there is none yet.
    func send(
        _ method: HTTPRequest.Method, _ path: String, body: FormBody? = nil, idempotencyKey: String? = nil,
        about payment: String? = nil, until deadline: Deadline
    ) async -> Exchange<ReplyJSON> {
        var headers = [(name: "Authorization", value: "Bearer \(key)"), (name: "Accept", value: "application/json")]
        if body != nil { headers.append((name: "Content-Type", value: FormBody.contentType)) }
        if let idempotencyKey { headers.append((name: "Idempotency-Key", value: idempotencyKey)) }
        return await connection.send(method, path, headers: headers, body: body?.bytes, until: deadline) { reply in
            ReplyReading(reply, about: payment)
        }
    }
}

extension ReplyReading<ReplyJSON> {
    /// Reads the reply to a request about `payment`.
    fileprivate init(_ reply: HTTPReply, about payment: String?) {
        let json = ReplyJSON(reply.body)
        let body = json?.isObject == true ? json : nil
        self.init(body: body, verdict: Self.verdict(of: reply.status, body, about: payment))
    }

    private static func verdict(of status: Int, _ body: ReplyJSON?, about payment: String?) -> Verdict {
        if let verdict = Verdict(status: status) { return verdict }
        guard status != 200 else { return body == nil ? .inDoubt(.badReply, wasAccepted: true) : .settled() }
        let error = ErrorReply(body)
        if status == 402, error == nil { return .inDoubt(.badReply) }
        // A refusal that names another payment with money does not tell what this request did.
        if let intent = error?.intent, intent.holdsMoney, intent.id.text != payment {
            return .settled(doubt: .wrongReply)
        }
        return .settled()
    }
}

extension Exchange<ReplyJSON> {
    /// The body of a reply with status 200.
    ///
    /// - Throws: The last fault of the exchange.
    func success() throws(GatewayFault) -> ReplyJSON {
        guard let reply else { throw fault ?? .timedOut }
        if reply.status == 200 {
            guard let body else { throw .badReply }
            return body
        }
        if reply.status >= 500 || [408, 409, 429].contains(reply.status) { throw .serverError(status: reply.status) }
        guard reply.status >= 400 else { throw .badReply }
        throw .refused(refusal(reply.status))
    }

    /// The refusal for this status. 401 and 403 concern the key, every other status the request.
    func refusal(_ status: Int) -> GatewayRefusal {
        GatewayRefusal(status: status, code: errorCode, isOfKey: [401, 403].contains(status))
    }

    /// The gateway's code in an error reply.
    var errorCode: GatewayCode? {
        let error = ErrorReply(body)
        return (error?.code ?? error?.type).flatMap(GatewayCode.init)
    }

    /// Whether the key was used for something else before.
    var usesKeyOfAnother: Bool { reply?.status == 400 && ErrorReply(body)?.type == "idempotency_error" }
}
