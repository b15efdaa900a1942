package import CurlClient
package import Gateway

/// A gateway protocol's interpretation of one reply.
package struct ReplyReading<Body: Sendable>: Sendable {
    /// Whether a reply settles a request, and the reason if not.
    package enum Verdict: Sendable {
        /// The reply is final. `doubt` is set if an earlier attempt may have had an effect; `nil` otherwise.
        case settled(doubt: GatewayFault? = nil)
        /// Nothing was done. The request may be sent again.
        case notDone(GatewayFault)
        /// It is open what was done. `wasAccepted` is set if the reply looks like that to an effective request.
        case inDoubt(GatewayFault, wasAccepted: Bool = false)
    }

    /// The parsed body; `nil` if it cannot be parsed.
    package var body: Body?
    package var verdict: Verdict

    package init(body: Body?, verdict: Verdict) {
        self.body = body
        self.verdict = verdict
    }
}

extension ReplyReading.Verdict {
    /// The verdict by the status alone (RFC 9110); `nil` for a success and for refusals, which the protocol judges by
    /// the body.
    ///
    /// - Parameter success: The protocol's status for success, such as 201 for a creation.
    package init?(status: Int, success: Int = 200) {
        switch status {
        case success: return nil
        // A proxy with this status may have passed the request on.
        case ..<400: self = .inDoubt(.badReply, wasAccepted: true)
        // An earlier request under this key may still be in progress.
        case 408, 409, 500...: self = .inDoubt(.serverError(status: status))
        case 429: self = .notDone(.serverError(status: 429))
        default: return nil
        }
    }
}

/// The result of one request and its repetitions, with the remaining doubt.
package struct Exchange<Body: Sendable>: Sendable {
    /// The last complete reply; `nil` if the last attempt had none.
    package private(set) var reply: HTTPReply?
    /// The body of the reply.
    package private(set) var body: Body?
    /// The fault of the last attempt that may have had an effect, which leaves the outcome in doubt; `nil` if there is
    /// none.
    package private(set) var doubt: GatewayFault?
    /// The last fault.
    package private(set) var fault: GatewayFault?
    /// Whether the answer to an attempt says that it had an effect, but could not be read.
    package private(set) var wasAccepted = false
    /// Whether the last reply leaves the outcome in doubt.
    package private(set) var endsInDoubt = false
    /// Seconds spent waiting for replies that came.
    package private(set) var secondsWaiting = 0.0

    /// Whether an attempt without a known reply may have had an effect.
    package var isInDoubt: Bool { doubt != nil }

    /// Notes the reply to one attempt; `true` if it settles the request.
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

    /// Notes the failure of one attempt; `true` if a repetition would fail in the same way.
    mutating func note(_ failure: HTTPFailure) -> Bool {
        reply = nil
        body = nil
        endsInDoubt = false
        fault = GatewayFault(failure)
        if !failure.nothingWasSent { markInDoubt(GatewayFault(failure)) }
        return [.badAddress, .untrusted, .insecure].contains(failure)
    }

    /// Notes why no attempt is made.
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
