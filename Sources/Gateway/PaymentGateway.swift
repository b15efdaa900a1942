public import PaymentSession

/// A gateway that takes card payments.
public protocol PaymentGateway: Sendable {
    /// Requests payment of `order` with `card`. The card is erased from memory when this returns.
    ///
    /// While the outcome is open, the request is repeated under one idempotency key. Then the payment is looked up. The
    /// gateway's options limit the time. Cancelling the task does not end it, because a sent request cannot be
    /// withdrawn.
    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer

    /// Looks up an order whose outcome is unknown, or that an earlier process sent.
    ///
    /// If the gateway does not know the order, its idempotency key is used up. A request still on its way then takes no
    /// money.
    ///
    /// - Parameter sentAt: Time of the first request, in seconds since 1970. The look-up begins five minutes before.
    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer

    /// Cancels a payment before its money has moved.
    ///
    /// - Parameter idempotencyKey: The same for each repetition of one cancellation.
    /// - Throws: ``GatewayFault/refused(_:)`` if the money has moved, so that only a refund returns it. After a fault
    ///   with ``GatewayFault/leavesNothingDone`` certainly nothing was done. After any other fault the outcome is
    ///   unknown.
    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault)

    /// Refunds money.
    ///
    /// - Parameters:
    ///   - amount: `nil` for the whole rest.
    ///   - idempotencyKey: The same for each repetition of one refund. A look-up finds the refund by it.
    /// - Returns: The gateway's ID of the refund.
    /// - Throws: After a fault with ``GatewayFault/leavesNothingDone`` no money was returned. After any other fault the
    ///   outcome is unknown.
    func refund(
        paymentID: String, amount: Money?, idempotencyKey: String
    ) async throws(GatewayFault) -> String

    /// Looks up an earlier cancellation, and requests it once more if it was not done.
    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome

    /// Looks up an earlier refund by its key, and requests it once more under that key if the gateway has none.
    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome

    /// Looks up a refund without a new request. A bank may send a refund back days after it was done.
    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome
}

/// The outcome of a cancellation or refund.
public enum ReversalOutcome: Sendable, Hashable {
    /// It was done. `refundID` is the gateway's ID of the refund; `nil` for a cancellation.
    case done(refundID: String?)
    /// Nothing was done, and nothing will be done under its key.
    case notDone(GatewayFault)
    /// The outcome is unknown.
    case unknown(GatewayFault)
}

/// How a payment was returned.
public enum Reversal: Sendable, Hashable {
    /// It was cancelled before its money moved.
    case voided
    /// It was refunded. `refundID` is the gateway's ID of the refund.
    case refunded(refundID: String)
}

extension PaymentGateway {
    /// Returns the whole payment: cancels it before settlement, refunds it after settlement.
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

/// An outcome, with the fault that left it open, if any.
public struct GatewayAnswer: Sendable, Hashable {
    public var outcome: PaymentOutcome
    /// The gateway's token for the card, for the ledger; `nil` if the gateway saved none.
    public var token: CardToken?
    /// The last fault; `nil` if there was none.
    public var fault: GatewayFault?
    /// Seconds spent waiting for the gateway.
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

/// A failure between this process and the gateway. No case carries text from the network.
public enum GatewayFault: Error, Sendable, Hashable {
    /// The address is not an `http` or `https` address.
    case badAddress
    /// Card data would leave this machine unencrypted.
    case insecureAddress
    /// The ledger could not be written before the request, which was not sent, or after it. In that case the request
    /// remains valid.
    case notRecorded
    /// The system cannot lock memory for the request, which was not sent.
    case memoryNotLocked
    /// No connection could be made.
    case cannotConnect
    /// The certificate is not valid for the gateway's name.
    case untrusted
    /// No reply came in time.
    case timedOut
    /// The connection closed before the reply was complete.
    case closedEarly
    /// The reply cannot be read.
    case badReply
    /// The reply concerns another payment, amount or currency than the request.
    case wrongReply
    /// The gateway is still working on it.
    case stillWorking
    /// The gateway failed with this HTTP status, 500 or above, or 429 for too many requests.
    case serverError(status: Int)
    /// The gateway refused the request.
    case refused(GatewayRefusal)
}

extension GatewayFault {
    /// Whether a repetition would fail in the same way: a bad address, a refused certificate or key, an unreadable
    /// answer.
    package var lasts: Bool {
        switch self {
        case .badAddress, .insecureAddress, .memoryNotLocked, .untrusted, .badReply, .wrongReply: true
        case .refused(let refusal): refusal.isOfKey
        default: false
        }
    }

    /// Whether the request certainly had no effect.
    public var leavesNothingDone: Bool {
        switch self {
        case .badAddress, .insecureAddress, .notRecorded, .memoryNotLocked, .cannotConnect, .untrusted, .refused: true
        case .timedOut, .closedEarly, .badReply, .wrongReply, .stillWorking, .serverError: false
        }
    }
}
