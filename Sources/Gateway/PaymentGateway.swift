public import PaymentSession

/// A place that takes payments by card.
public protocol PaymentGateway: Sendable {
    /// What came of asking for `order` to be paid with `card`, which is gone from memory when this returns.
    ///
    /// Repeats itself under one idempotency key while the outcome is open, then looks the payment up. Takes as long as
    /// the gateway's options allow; it is not cut short by cancellation, since a request that is out cannot be taken
    /// back.
    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer

    /// What became of an order that was sent before: after an unknown outcome, or by a process that ended meanwhile.
    ///
    /// Where the gateway knows nothing of the order, its idempotency key is used up so that a request still on its way
    /// takes nothing.
    /// - Parameter sentAt: Seconds since 1970 when it was first sent; the look-up begins five minutes before.
    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer

    /// Calls a payment off before its money has moved.
    ///
    /// - Parameter idempotencyKey: The same for each repetition of one try to call it off.
    /// - Throws: ``GatewayFault/refused(status:code:)`` where the money has moved already and only a refund gives it
    ///   back. A fault that ``GatewayFault/leavesNothingDone`` says so for certain; after any other, nobody knows.
    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault)

    /// Gives money back.
    ///
    /// - Parameters:
    ///   - amount: `nil` for all that is left.
    ///   - idempotencyKey: The same for each repetition of one refund, and what it is found again by.
    /// - Returns: The gateway's name for the refund.
    /// - Throws: A fault that ``GatewayFault/leavesNothingDone`` says for certain that no money went; after any other,
    ///   nobody knows.
    func refund(
        paymentID: String, amount: Money?, idempotencyKey: String
    ) async throws(GatewayFault) -> String

    /// What became of calling a payment off that was asked for before: it is looked up, and asked for once more where
    /// it was not done.
    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome

    /// What became of a refund that was asked for before: it is looked up by its key, and asked for once more under the
    /// same key where the gateway has none.
    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome

    /// What the gateway says of a refund now; nothing is asked for. A bank may send one back days after it was done.
    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome
}

/// What became of giving money back.
public enum ReversalOutcome: Sendable, Hashable {
    /// It was done: the gateway's name for the refund; `nil` where the payment was called off.
    case done(refundID: String?)
    /// It is certain that nothing was done, and that nothing will be under its key.
    case notDone(GatewayFault)
    /// Nobody knows.
    case unknown(GatewayFault)
}

/// How a payment was given back.
public enum Reversal: Sendable, Hashable {
    /// It was called off before its money moved.
    case voided
    /// Its money came back by the refund of this name.
    case refunded(refundID: String)
}

extension PaymentGateway {
    /// Gives a payment back in whole: called off before settlement, refunded after.
    public func void(paymentID: String, idempotencyKey: String) async throws(GatewayFault) -> Reversal {
        do throws(GatewayFault) {
            try await cancel(paymentID: paymentID, idempotencyKey: idempotencyKey + "-cancel")
            return .voided
        } catch {
            guard case .refused = error else { throw error }
            return .refunded(
                refundID: try await refund(paymentID: paymentID, amount: nil, idempotencyKey: idempotencyKey))
        }
    }
}

/// An outcome, and why it is open where it is.
public struct GatewayAnswer: Sendable, Hashable {
    public var outcome: PaymentOutcome
    /// What stands for the card at the gateway, for the ledger; `nil` where it saved none.
    public var token: CardToken?
    /// The last thing that went wrong on the way; `nil` where nothing did.
    public var fault: GatewayFault?
    /// Seconds spent waiting for the gateway, of the time it all took.
    public var secondsWaiting: Double

    public init(
        outcome: PaymentOutcome, token: CardToken? = nil, fault: GatewayFault? = nil, secondsWaiting: Double = 0
    ) {
        self.outcome = outcome
        self.token = token
        self.fault = fault
        self.secondsWaiting = secondsWaiting
    }
}

/// A failure between here and the gateway. None carries text from the wire.
public enum GatewayFault: Error, Sendable, Hashable {
    /// The address is no `http` or `https` address.
    case badAddress
    /// Card data would leave this machine unencrypted.
    case insecureAddress
    /// The ledger could not be written before the request, which was not sent, or after it, which stands.
    case notRecorded
    /// The system locks no memory for the request, which was not sent.
    case memoryNotLocked
    /// Nobody listens there.
    case cannotConnect
    /// The certificate does not prove the gateway's name.
    case untrusted
    /// No reply came in time.
    case timedOut
    /// The connection closed before the reply was whole.
    case closedEarly
    /// The reply cannot be read.
    case badReply
    /// The reply is about something else than what was asked for: another payment, amount or currency.
    case wrongReply
    /// The gateway is still working on it.
    case stillWorking
    /// The gateway failed with this HTTP status, 500 or above, or 429 for too many requests.
    case serverError(status: Int)
    /// The gateway refused the request with this HTTP status.
    case refused(status: Int, code: GatewayCode?)
}

extension GatewayFault {
    /// Whether asking again meets the same: an address that is none, a certificate or a key that is refused, an answer
    /// that is none each time.
    package var lasts: Bool {
        switch self {
        case .badAddress, .insecureAddress, .memoryNotLocked, .untrusted, .refused(401, _), .refused(403, _), .badReply,
            .wrongReply:
            true
        default: false
        }
    }

    /// Whether it is certain that the request was not acted on.
    public var leavesNothingDone: Bool {
        switch self {
        case .badAddress, .insecureAddress, .notRecorded, .memoryNotLocked, .cannotConnect, .untrusted, .refused: true
        case .timedOut, .closedEarly, .badReply, .wrongReply, .stillWorking, .serverError: false
        }
    }
}
