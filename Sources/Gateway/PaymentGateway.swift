public import PaymentSession

/// A place that takes payments by card.
public protocol PaymentGateway: Sendable {
    /// Requests payment of `order` with `card`, which is gone from memory when this returns.
    ///
    /// The request is repeated under one idempotency key while the outcome is open; then the payment is looked up. This
    /// takes as long as the gateway's options allow. Cancelling the task does not end it, since a sent request cannot
    /// be withdrawn.
    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer

    /// Looks up an order whose outcome is unknown, or that an earlier process sent.
    ///
    /// If the gateway does not know the order, its idempotency key is used up, so that a request still on its way takes
    /// no money.
    /// - Parameter sentAt: Seconds since 1970 when it was first sent; the look-up begins five minutes before.
    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer

    /// Cancels a payment before its money has moved.
    ///
    /// - Parameter idempotencyKey: The same for each repetition of one cancellation.
    /// - Throws: ``GatewayFault/refused(_:)`` where the money has moved and only a refund gives it back. A
    ///   fault that ``GatewayFault/leavesNothingDone`` is certain; after any other the outcome is unknown.
    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault)

    /// Gives money back.
    ///
    /// - Parameters:
    ///   - amount: `nil` for all that is left.
    ///   - idempotencyKey: The same for each repetition of one refund. A look-up finds the refund by it.
    /// - Returns: The gateway's name for the refund.
    /// - Throws: After a fault that ``GatewayFault/leavesNothingDone`` no money went back; after any other the outcome
    ///   is unknown.
    func refund(
        paymentID: String, amount: Money?, idempotencyKey: String
    ) async throws(GatewayFault) -> String

    /// Looks up an earlier cancellation, and requests it once more if it was not done.
    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome

    /// Looks up an earlier refund by its key, and requests it once more under that key if the gateway has none.
    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome

    /// Looks up a refund and requests nothing. A bank may return a refund days after it was done.
    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome
}

/// The outcome of a cancellation or refund.
public enum ReversalOutcome: Sendable, Hashable {
    /// It was done. `refundID` is the gateway's name for the refund; `nil` for a cancellation.
    case done(refundID: String?)
    /// Nothing was done, and nothing will be under its key.
    case notDone(GatewayFault)
    /// The outcome is unknown.
    case unknown(GatewayFault)
}

/// How a payment was given back.
public enum Reversal: Sendable, Hashable {
    /// It was cancelled before its money moved.
    case voided
    /// It was refunded; the gateway's name for the refund.
    case refunded(refundID: String)
}

extension PaymentGateway {
    /// Gives the whole payment back: cancels it before settlement, refunds it after.
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

/// An outcome, with the fault that left it open.
public struct GatewayAnswer: Sendable, Hashable {
    public var outcome: PaymentOutcome
    /// The token of the card at the gateway, for the ledger; `nil` where it saved none.
    public var token: CardToken?
    /// The last fault on the way; `nil` without one.
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
    /// The ledger could not be written before the request, which was not sent, or after it, which stands.
    case notRecorded
    /// The system locks no memory for the request, which was not sent.
    case memoryNotLocked
    /// No connection could be made.
    case cannotConnect
    /// The certificate is not valid for the gateway's name.
    case untrusted
    /// No reply came in time.
    case timedOut
    /// The connection closed before the reply was whole.
    case closedEarly
    /// The reply cannot be read.
    case badReply
    /// The reply is about another payment, amount or currency than the request.
    case wrongReply
    /// The gateway is still working on it.
    case stillWorking
    /// The gateway failed with this HTTP status, 500 or above, or 429 for too many requests.
    case serverError(status: Int)
    /// The gateway refused the request.
    case refused(GatewayRefusal)
}

extension GatewayFault {
    /// Whether a repetition fails the same way: a bad address, a refused certificate or key, an unreadable answer.
    package var lasts: Bool {
        switch self {
        case .badAddress, .insecureAddress, .memoryNotLocked, .untrusted, .badReply, .wrongReply: true
        case .refused(let refusal): refusal.isOfKey
        default: false
        }
    }

    /// Whether the request certainly was not acted on.
    public var leavesNothingDone: Bool {
        switch self {
        case .badAddress, .insecureAddress, .notRecorded, .memoryNotLocked, .cannotConnect, .untrusted, .refused: true
        case .timedOut, .closedEarly, .badReply, .wrongReply, .stillWorking, .serverError: false
        }
    }
}
