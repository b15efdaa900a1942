package import CurlClient
package import Gateway

/// What a gateway's protocol makes of one reply.
package struct ReplyReading<Body: Sendable>: Sendable {
    /// Whether a request is over with a reply, and if not, why.
    package enum Verdict: Sendable {
        /// It is final: it says what was done, or that nothing was. Where it leaves open what an earlier try did,
        /// `doubt` says why.
        case settled(doubt: GatewayFault? = nil)
        /// Nothing was done; the request may be sent again.
        case notDone(GatewayFault)
        /// It leaves open what was done. `wasAccepted` where it answers as to a request that was acted on.
        case inDoubt(GatewayFault, wasAccepted: Bool = false)
    }

    /// The body; `nil` where it cannot be read.
    package var body: Body?
    package var verdict: Verdict

    package init(body: Body?, verdict: Verdict) {
        self.body = body
        self.verdict = verdict
    }
}

extension ReplyReading.Verdict {
    /// What HTTP alone says of a reply with this status (RFC 9110), before a protocol looks at its body; `nil` for 200
    /// and for refusals, which only the protocol can judge.
    package init?(status: Int) {
        switch status {
        case 200: return nil
        // Neither an answer nor a refusal: whoever said that may have passed the request on.
        case ..<400: self = .inDoubt(.badReply, wasAccepted: true)
        // Another request under this key is under way: one of ours whose connection is gone.
        case 408, 409, 500...: self = .inDoubt(.serverError(status: status))
        case 429: self = .notDone(.serverError(status: 429))
        default: return nil
        }
    }
}

/// What came of one request and its repetitions, with what is left in doubt.
package struct Exchange<Body: Sendable>: Sendable {
    /// The last whole reply; `nil` where the last try got none.
    package private(set) var reply: HTTPReply?
    /// Its body.
    package private(set) var body: Body?
    /// What became of the last try that may have been acted on though its reply does not say; `nil` where there was
    /// none.
    package private(set) var doubt: GatewayFault?
    /// The last thing that went wrong.
    package private(set) var fault: GatewayFault?
    /// Whether a try was answered as one that was acted on is, though that answer could not be read.
    package private(set) var wasAccepted = false
    /// Whether the last reply leaves in doubt what was done.
    package private(set) var endsInDoubt = false
    /// Seconds spent waiting for replies that came.
    package private(set) var secondsWaiting = 0.0

    /// Whether any try whose reply is not known may have been acted on.
    package var isInDoubt: Bool { doubt != nil }

    /// Takes the reply to one try; whether it settles the request.
    mutating func note(_ reply: HTTPReply, _ reading: ReplyReading<Body>) -> Bool {
        self.reply = reply
        body = reading.body
        endsInDoubt = false
        secondsWaiting += reply.seconds
        switch reading.verdict {
        case .settled(let doubt):
            if let doubt { markInDoubt(doubt) }
            return true
        case .notDone(let fault): self.fault = fault
        case .inDoubt(let fault, let wasAccepted):
            if wasAccepted { self.wasAccepted = true }
            markInDoubt(fault)
        }
        return false
    }

    /// Takes the failure of one try; whether the next would meet the same.
    mutating func note(_ failure: HTTPFailure) -> Bool {
        reply = nil
        body = nil
        endsInDoubt = false
        fault = GatewayFault(failure)
        if !failure.nothingWasSent { markInDoubt(GatewayFault(failure)) }
        return [.badAddress, .untrusted, .insecure].contains(failure)
    }

    /// Takes it that no try is made at all, for `fault`.
    mutating func refuse(_ fault: GatewayFault) { self.fault = fault }

    private mutating func markInDoubt(_ fault: GatewayFault) {
        endsInDoubt = true
        doubt = fault
        self.fault = fault
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
