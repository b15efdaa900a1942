internal import CurlClient
public import Gateway
internal import GatewayHTTP
public import PaymentSession

/// Cancelling payments and refunding money.
///
/// A request without an answer is looked up before it is repeated. A gateway may repeat a failure under one key for
/// ever although the money was returned, and it forgets keys after a day.
extension PaymentIntentsGateway {
    public func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        _ = try await perform(Cancellation(payment: paymentID, key: idempotencyKey))
    }

    /// Cancels a payment and looks up the result, both by `deadline`.
    func cancel(_ payment: String, key: String, until deadline: Deadline) async throws(GatewayFault) {
        _ = try await perform(Cancellation(payment: payment, key: key), until: deadline)
    }

    public func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await settle(
            Cancellation(payment: paymentID, key: idempotencyKey),
            until: Deadline(after: options.exchange.settlementDeadline))
    }

    public func refund(
        paymentID: String, amount: Money?, idempotencyKey: String
    ) async throws(GatewayFault) -> String {
        let amount: Int? = if let amount { try amount.protocolRefund } else { nil }
        let name = try await perform(RefundRequest(payment: paymentID, amount: amount, key: idempotencyKey))
        guard let name else { throw .badReply }
        return name
    }

    public func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        do throws(GatewayFault) {
            let amount = try amount.protocolRefund
            return await settle(
                RefundRequest(payment: paymentID, amount: amount, key: idempotencyKey),
                until: Deadline(after: options.exchange.settlementDeadline))
        } catch {
            return .unknown(error)
        }
    }

    public func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        do throws(GatewayFault) {
            let found = try await RefundRequest(payment: paymentID, amount: nil, key: idempotencyKey)
                .find(self, until: Deadline(after: options.exchange.settlementDeadline))
            return found ?? .unknown(.badReply)
        } catch {
            return .unknown(error)
        }
    }

    /// Sends the request and, without a clear answer, looks up the result. Both end by `deadline`. If it is `nil`, each
    /// has its own deadline.
    private func perform(
        _ reversal: some Reversing, until deadline: Deadline? = nil
    ) async throws(GatewayFault) -> String? {
        let answer = await reversal.ask(self, until: deadline ?? Deadline(after: options.exchange.deadline))
        var outcome = answer.outcome(of: reversal)
        if case .unknown(let fault) = outcome {
            // A request that never arrived, or was refused every time, had no effect.
            if !answer.isInDoubt, !answer.usesKeyOfAnother {
                if fault == .serverError(status: 429) {
                    throw .refused(GatewayRefusal(status: 429, code: GatewayCode("rate_limit")))
                }
                if fault.leavesNothingDone { throw fault }
            }
            outcome = await settle(reversal, until: deadline ?? Deadline(after: options.exchange.settlementDeadline))
        }
        switch outcome {
        case .done(let name): return name
        case .notDone(let fault): throw fault
        // A fault of the look-up does not tell whether the request had an effect.
        case .unknown(let fault): throw answer.doubt ?? (fault.leavesNothingDone ? .badReply : fault)
        }
    }

    /// Looks the reversal up. If the gateway has none, sends the request once more under its key and looks again.
    private func settle(_ reversal: some Reversing, until deadline: Deadline) async -> ReversalOutcome {
        while true {
            let fault: GatewayFault
            do throws(GatewayFault) {
                if let found = try await reversal.find(self, until: deadline) { return found }
                let answer = await reversal.ask(self, until: deadline)
                let outcome = answer.outcome(of: reversal)
                if case .done = outcome { return outcome }
                // An earlier request may have finished meanwhile and caused the refusal.
                if let found = try await reversal.find(self, until: deadline) { return found }
                switch outcome {
                case .unknown(let reason): fault = reason
                // The key belongs to another account, or the gateway has lost the payment. It cannot tell the result.
                case .notDone(let refusal) where refusal.saysUnknown: return .unknown(refusal)
                case .done, .notDone: return outcome
                }
                // The gateway will repeat a failure under the same key.
                if case .serverError(let status) = fault, status >= 500 { return .unknown(fault) }
            } catch {
                fault = error
                if error.lasts { return .unknown(error) }
            }
            await deadline.pause(options.exchange.backoff * 2)
            guard !deadline.isOver else { return .unknown(fault) }
        }
    }
}

/// A request that returns money: a cancellation or a refund.
private protocol Reversing: Sendable {
    /// Sends the request under its idempotency key.
    func ask(_ gateway: PaymentIntentsGateway, until deadline: Deadline) async -> Exchange<ReplyJSON>
    /// The outcome in the body of a reply with status 200; unknown if the body concerns something else.
    func outcome(of body: ReplyJSON) -> ReversalOutcome
    /// The outcome at the gateway; `nil` if it has no such reversal.
    func find(
        _ gateway: PaymentIntentsGateway, until deadline: Deadline
    ) async throws(GatewayFault) -> ReversalOutcome?
}

/// The cancellation of a payment before its money moves.
private struct Cancellation: Reversing {
    let payment: String
    let key: String

    private var path: String { "/v1/payment_intents/\(GatewayName.pathPart(payment))" }

    func ask(_ gateway: PaymentIntentsGateway, until deadline: Deadline) async -> Exchange<ReplyJSON> {
        await gateway.send(
            .post, path + "/cancel", idempotencyKey: key, about: payment, until: deadline)
    }

    func outcome(of body: ReplyJSON) -> ReversalOutcome {
        guard let intent = IntentReply(body), intent.id.text == payment, intent.status == "canceled" else {
            return .unknown(.wrongReply)
        }
        return .done(refundID: nil)
    }

    func find(
        _ gateway: PaymentIntentsGateway, until deadline: Deadline
    ) async throws(GatewayFault) -> ReversalOutcome? {
        let answer = await gateway.send(.get, path, until: deadline)
        guard let intent = IntentReply(try answer.success()), intent.id.text == payment else { throw .wrongReply }
        return intent.status == "canceled" ? .done(refundID: nil) : nil
    }
}

/// A refund.
private struct RefundRequest: Reversing {
    let payment: String
    /// In the protocol's unit; `nil` for the whole rest.
    let amount: Int?
    let key: String

    func ask(_ gateway: PaymentIntentsGateway, until deadline: Deadline) async -> Exchange<ReplyJSON> {
        let form = FormBody()
        form.add("payment_intent", payment)
        if let amount { form.add("amount", String(amount)) }
        form.add("metadata[refund]", key)
        return await gateway.send(
            .post, "/v1/refunds", body: form, idempotencyKey: key, about: payment, until: deadline)
    }

    func outcome(of body: ReplyJSON) -> ReversalOutcome {
        RefundReply(body)?.outcome(of: payment, amount: amount, key: key) ?? .unknown(.badReply)
    }

    func find(
        _ gateway: PaymentIntentsGateway, until deadline: Deadline
    ) async throws(GatewayFault) -> ReversalOutcome? {
        let path = "/v1/refunds?limit=100&payment_intent=\(GatewayName.pathPart(payment))"
        return try await gateway.firstPage(of: path, until: deadline) { items in
            items.first { $0["metadata"]?["refund"]?.text == key }.map(outcome)
        }
    }
}

extension GatewayFault {
    /// Whether the gateway does not know the payment.
    fileprivate var saysUnknown: Bool {
        guard case .refused(let refusal) = self else { return false }
        return refusal.status == 404 || refusal.code?.description == "resource_missing"
    }
}

extension Exchange<ReplyJSON> {
    /// The outcome of `reversal` by the last reply. A refusal is certain if its reason is the request itself, not the
    /// key or the rate, and if no earlier attempt may have had an effect.
    fileprivate func outcome(of reversal: some Reversing) -> ReversalOutcome {
        do throws(GatewayFault) {
            return reversal.outcome(of: try success())
        } catch {
            guard case .refused(let refusal) = error, [400, 402, 404].contains(refusal.status), !isInDoubt,
                !usesKeyOfAnother
            else { return .unknown(doubt ?? error) }
            return .notDone(error)
        }
    }
}
