internal import CurlClient
public import PaymentSession

/// Calling payments off and giving money back. What was asked for and has no answer is looked up before it is asked for again: a gateway
/// may answer the same key with the same failure for ever, though the money went back, and forgets keys after a day.
extension PaymentIntentsGateway {
    public func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        _ = try await perform(Cancellation(payment: paymentID, key: idempotencyKey))
    }

    public func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await settle(Cancellation(payment: paymentID, key: idempotencyKey))
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
            return await settle(Return(payment: paymentID, amount: amount, key: idempotencyKey))
        } catch {
            return .unknown(error)
        }
    }

    public func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        do throws(GatewayFault) {
            let found = try await Return(payment: paymentID, amount: nil, key: idempotencyKey).find(self)
            return found ?? .unknown(.badReply)
        } catch {
            return .unknown(error)
        }
    }

    /// Asks for it, and finds out what became of it where no answer says so.
    private func perform(_ reversal: some Reversing) async throws(GatewayFault) -> String? {
        let answer = await reversal.ask(self, deadline: options.deadline)
        var outcome = answer.outcome(of: reversal)
        if case .unknown(let fault) = outcome {
            // What never arrived, or was refused every time, did nothing.
            if !answer.mayHaveArrived, !answer.usesKeyOfAnother {
                if fault == .serverError(status: 429) { throw .refused(status: 429, code: GatewayCode("rate_limit")) }
                if fault.leavesNothingDone { throw fault }
            }
            outcome = await settle(reversal)
        }
        switch outcome {
        case .done(let name): return name
        case .notDone(let fault): throw fault
        // What the look-up met says nothing about what was asked for.
        case .unknown(let fault): throw answer.openFault ?? (fault.leavesNothingDone ? .badReply : fault)
        }
    }

    /// Looks it up; where it was not done, asks for it once more under its key, and looks again.
    private func settle(_ reversal: some Reversing) async -> ReversalOutcome {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(options.settlementDeadline)
        while true {
            let fault: GatewayFault
            do throws(GatewayFault) {
                if let found = try await reversal.find(self) { return found }
                let answer = await reversal.ask(self, deadline: options.settlementDeadline)
                let outcome = answer.outcome(of: reversal)
                if case .done = outcome { return outcome }
                // A request of before has ended meanwhile, or what this one was refused for is that it was done.
                if let found = try await reversal.find(self) { return found }
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
            guard clock.now < end else { return .unknown(fault) }
            try? await Task.sleep(for: .seconds(options.backoff * 2))
        }
    }
}

/// One way to give money back.
private protocol Reversing: Sendable {
    /// Asks for it under its key.
    func ask(_ gateway: PaymentIntentsGateway, deadline: Double) async -> Exchange
    /// What the body of a 200 says of it.
    func outcome(of body: [UInt8]) -> ReversalOutcome
    /// What the gateway has of it; `nil` where it has nothing.
    func find(_ gateway: PaymentIntentsGateway) async throws(GatewayFault) -> ReversalOutcome?
}

/// A payment called off before its money moves.
private struct Cancellation: Reversing {
    let payment: String
    let key: String

    private var path: String { "/v1/payment_intents/\(PaymentIntentsGateway.pathPart(payment))" }

    func ask(_ gateway: PaymentIntentsGateway, deadline: Double) async -> Exchange {
        await gateway.repeated(.post, path + "/cancel", body: nil, idempotencyKey: key, deadline: deadline)
    }

    func outcome(of body: [UInt8]) -> ReversalOutcome { .done(refundID: nil) }

    func find(_ gateway: PaymentIntentsGateway) async throws(GatewayFault) -> ReversalOutcome? {
        let answer = await gateway.repeated(.get, path, body: nil, deadline: gateway.options.settlementDeadline)
        guard let intent = decoded(IntentReply.self, try answer.success().body) else { throw .badReply }
        return intent.status == "canceled" ? .done(refundID: nil) : nil
    }
}

/// Money sent back.
private struct Return: Reversing {
    let payment: String
    /// As the protocol writes it.
    let amount: Int?
    let key: String

    func ask(_ gateway: PaymentIntentsGateway, deadline: Double) async -> Exchange {
        let form = RequestForm()
        form.add("payment_intent", payment)
        if let amount { form.add("amount", String(amount)) }
        form.add("metadata[refund]", key)
        return await gateway.repeated(
            .post, "/v1/refunds", body: form.body, idempotencyKey: key, deadline: deadline)
    }

    func outcome(of body: [UInt8]) -> ReversalOutcome {
        decoded(RefundReply.self, body)?.outcome ?? .unknown(.badReply)
    }

    func find(_ gateway: PaymentIntentsGateway) async throws(GatewayFault) -> ReversalOutcome? {
        var cursor = ""
        while true {
            let path = "/v1/refunds?limit=100&payment_intent=\(PaymentIntentsGateway.pathPart(payment))"
            let answer = await gateway.repeated(
                .get, path + cursor, body: nil, deadline: gateway.options.settlementDeadline)
            guard let page = decoded(Page<RefundReply>.self, try answer.success().body) else { throw .badReply }
            if let found = page.data.first(where: { $0.metadata?["refund"] == key }) { return found.outcome }
            guard page.hasMore, let last = page.data.last else { return nil }
            cursor = "&starting_after=" + PaymentIntentsGateway.pathPart(last.id.text)
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

extension Exchange {
    /// Whether the key was used for something else before.
    var usesKeyOfAnother: Bool {
        guard case .reply(let reply) = ending, reply.status == 400 else { return false }
        return decoded(ErrorReply.self, reply.body)?.error.type == "idempotency_error"
    }

    /// What the last reply says of `reversal`: it was refused for certain where that was for what it asks, not for who asks or how often,
    /// and no try before may have been acted on.
    fileprivate func outcome(of reversal: some Reversing) -> ReversalOutcome {
        do throws(GatewayFault) {
            return reversal.outcome(of: try success().body)
        } catch {
            guard case .refused(let status, _) = error, [400, 402, 404].contains(status), !mayHaveArrived,
                !usesKeyOfAnother
            else { return .unknown(openFault ?? error) }
            return .notDone(error)
        }
    }
}
