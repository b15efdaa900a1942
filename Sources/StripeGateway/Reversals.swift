internal import CurlClient
public import Gateway
internal import GatewayHTTP
public import PaymentSession

/// Calling payments off and giving money back. What was asked for and has no answer is looked up before it is asked for
/// again: a gateway may answer the same key with the same failure for ever, though the money went back, and forgets
/// keys after a day.
extension PaymentIntentsGateway {
    public func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        _ = try await perform(Cancellation(payment: paymentID, key: idempotencyKey))
    }

    /// Calls off a payment by a deadline, the look-up of what became of it among that.
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
        let name = try await perform(Return(payment: paymentID, amount: amount, key: idempotencyKey))
        guard let name else { throw .badReply }
        return name
    }

    public func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        do throws(GatewayFault) {
            let amount = try amount.protocolRefund
            return await settle(
                Return(payment: paymentID, amount: amount, key: idempotencyKey),
                until: Deadline(after: options.exchange.settlementDeadline))
        } catch {
            return .unknown(error)
        }
    }

    public func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        do throws(GatewayFault) {
            let found = try await Return(payment: paymentID, amount: nil, key: idempotencyKey)
                .find(self, until: Deadline(after: options.exchange.settlementDeadline))
            return found ?? .unknown(.badReply)
        } catch {
            return .unknown(error)
        }
    }

    /// Asks for it, and finds out what became of it where no answer says so: both by `deadline` where there is one,
    /// else each in its own time.
    private func perform(
        _ reversal: some Reversing, until deadline: Deadline? = nil
    ) async throws(GatewayFault) -> String? {
        let answer = await reversal.ask(self, until: deadline ?? Deadline(after: options.exchange.deadline))
        var outcome = answer.outcome(of: reversal)
        if case .unknown(let fault) = outcome {
            // What never arrived, or was refused every time, did nothing.
            if !answer.isInDoubt, !answer.usesKeyOfAnother {
                if fault == .serverError(status: 429) { throw .refused(status: 429, code: GatewayCode("rate_limit")) }
                if fault.leavesNothingDone { throw fault }
            }
            outcome = await settle(reversal, until: deadline ?? Deadline(after: options.exchange.settlementDeadline))
        }
        switch outcome {
        case .done(let name): return name
        case .notDone(let fault): throw fault
        // What the look-up met says nothing about what was asked for.
        case .unknown(let fault): throw answer.doubt ?? (fault.leavesNothingDone ? .badReply : fault)
        }
    }

    /// Looks it up; where it was not done, asks for it once more under its key, and looks again.
    private func settle(_ reversal: some Reversing, until deadline: Deadline) async -> ReversalOutcome {
        while true {
            let fault: GatewayFault
            do throws(GatewayFault) {
                if let found = try await reversal.find(self, until: deadline) { return found }
                let answer = await reversal.ask(self, until: deadline)
                let outcome = answer.outcome(of: reversal)
                if case .done = outcome { return outcome }
                // A request of before has ended meanwhile, or what this one was refused for is that it was done.
                if let found = try await reversal.find(self, until: deadline) { return found }
                switch outcome {
                case .unknown(let reason): fault = reason
                // Another account, or a gateway that has forgotten: it cannot tell what the one that was asked did.
                case .notDone(let refusal) where refusal.saysUnknown: return .unknown(refusal)
                case .done, .notDone: return outcome
                }
                // The gateway failed under this key, and answers it so from now on.
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

/// One way to give money back.
private protocol Reversing: Sendable {
    /// Asks for it under its key.
    func ask(_ gateway: PaymentIntentsGateway, until deadline: Deadline) async -> Exchange<ReplyJSON>
    /// What the body of a 200 says of it; unknown where it speaks of something else.
    func outcome(of body: ReplyJSON) -> ReversalOutcome
    /// What the gateway has of it; `nil` where it has nothing.
    func find(
        _ gateway: PaymentIntentsGateway, until deadline: Deadline
    ) async throws(GatewayFault) -> ReversalOutcome?
}

/// A payment called off before its money moves.
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

/// Money sent back.
private struct Return: Reversing {
    let payment: String
    /// As the protocol writes it.
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
    /// Whether the gateway has never heard of the payment.
    fileprivate var saysUnknown: Bool {
        guard case .refused(let status, let code) = self else { return false }
        return status == 404 || code?.description == "resource_missing"
    }
}

extension Exchange<ReplyJSON> {
    /// What the last reply says of `reversal`: it was refused for certain where that was for what it asks, not for who
    /// asks or how often, and no try before may have been acted on.
    fileprivate func outcome(of reversal: some Reversing) -> ReversalOutcome {
        do throws(GatewayFault) {
            return reversal.outcome(of: try success())
        } catch {
            guard case .refused(let status, _) = error, [400, 402, 404].contains(status), !isInDoubt,
                !usesKeyOfAnother
            else { return .unknown(doubt ?? error) }
            return .notDone(error)
        }
    }
}
