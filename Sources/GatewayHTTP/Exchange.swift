package import CurlClient
package import Gateway

/// How a gateway's protocol reads one reply.
package struct ReplyReading<Body: Sendable>: Sendable {
    /// Whether a reply settles a request, and if not, why.
    package enum Verdict: Sendable {
        /// The reply is final. `doubt` says why it leaves open what an earlier try did; `nil` where it does not.
        case settled(doubt: GatewayFault? = nil)
        /// Nothing was done; the request may be sent again.
        case notDone(GatewayFault)
        /// It leaves open what was done. `wasAccepted` where it answers like a request that was acted on.
        case inDoubt(GatewayFault, wasAccepted: Bool = false)
    }

    /// The parsed body; `nil` where it cannot be parsed.
    package var body: Body?
    package var verdict: Verdict

    package init(body: Body?, verdict: Verdict) {
        self.body = body
        self.verdict = verdict
    }
}

extension ReplyReading.Verdict {
    /// The verdict of the status alone (RFC 9110); `nil` for a success and for refusals, which the protocol judges by
    /// the body.
    ///
    /// - Parameter success: The status by which the protocol says that a request was done; 201 where it makes things.
    package init?(status: Int, success: Int = 200) {
        switch status {
        case success: return nil
        // A proxy that says this may have passed the request on.
        case ..<400: self = .inDoubt(.badReply, wasAccepted: true)
        // An earlier request of ours under this key may still be running.
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
    /// Why the outcome is in doubt: the fault of the last try that may have been acted on; `nil` without such a try.
    package private(set) var doubt: GatewayFault?
    /// The last thing that went wrong.
    package private(set) var fault: GatewayFault?
    /// Whether the answer to some try says that it was acted on, but could not be read.
    package private(set) var wasAccepted = false
    /// Whether the last reply leaves in doubt what was done.
    package private(set) var endsInDoubt = false
    /// Seconds spent waiting for replies that came.
    package private(set) var secondsWaiting = 0.0

    /// Whether any try whose reply is not known may have been acted on.
    package var isInDoubt: Bool { doubt != nil }

    /// Notes the reply to one try; `true` when it settles the request.
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

    /// Notes the failure of one try; `true` when a repetition would fail the same way.
    mutating func note(_ failure: HTTPFailure) -> Bool {
        reply = nil
        body = nil
        endsInDoubt = false
        fault = GatewayFault(failure)
        if !failure.nothingWasSent { markInDoubt(GatewayFault(failure)) }
        return [.badAddress, .untrusted, .insecure].contains(failure)
    }

    /// Notes why no try is made at all.
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
