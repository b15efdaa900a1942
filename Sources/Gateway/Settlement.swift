internal import CurlClient
internal import Foundation
public import PaymentSession

extension PaymentIntentsGateway {
    public func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(options.settlementDeadline)
        var fault: GatewayFault?
        repeat {
            do throws(GatewayFault) {
                if let intent = try await find(order, sentAt: sentAt) { return await finish(intent, fault: nil) }
                switch try await useUpKey(of: order) {
                case .nothingTaken: return GatewayAnswer(outcome: .unreachable)
                case .alreadyUsed:
                    // Its request has ended since the first look: the payment is there now, or the gateway failed under way.
                    if let intent = try await find(order, sentAt: sentAt) { return await finish(intent, fault: nil) }
                    return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: fault)
                case .underWay: fault = .timedOut
                }
            } catch {
                fault = error
                if error.lasts { break }
            }
            try? await Task.sleep(for: .seconds(options.backoff * 2))
        } while clock.now < end
        return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: fault)
    }

    /// The payment that was made for `order`, among all of the time it was sent in.
    private func find(_ order: PaymentOrder, sentAt: Int) async throws(GatewayFault) -> IntentReply? {
        let allowance = 300
        let latest = sentAt + allowance + Int(options.deadline + options.settlementDeadline)
        var cursor = ""
        while true {
            let range = options.listsByTime ? "&created[gte]=\(sentAt - allowance)&created[lte]=\(latest)" : ""
            let path = "/v1/payment_intents?limit=100\(range)&expand[]=data.latest_charge"
            let answer = await repeated(.get, path + cursor, body: nil, deadline: options.settlementDeadline)
            guard let page = decoded(Page<ListedIntent>.self, try answer.success().body) else { throw .badReply }
            if let found = page.data.first(where: {
                $0.metadata?["attempt"] == order.idempotencyKey && $0.metadata?["purpose"] != Self.placeholder
            }) {
                return found.intent
            }
            guard page.hasMore, let last = page.data.last else { return nil }
            cursor = "&starting_after=" + Self.pathPart(last.intent.id.text)
        }
    }

    private enum KeyUse {
        /// The key was free and is not any more: no request under it will ever take money.
        case nothingTaken
        /// A request under the key has been answered.
        case alreadyUsed
        /// A request under the key is still being worked on.
        case underWay
    }

    /// Asks under the order's key for a payment without a card, which the gateway refuses if the key has been used.
    private func useUpKey(of order: PaymentOrder) async throws(GatewayFault) -> KeyUse {
        let form = RequestForm()
        // Only the key counts: an order that an earlier version sent in another unit has used it up all the same.
        form.add(order, amount: (try? order.protocolCharge) ?? order.amount)
        form.add("metadata[purpose]", Self.placeholder)
        let answer = await repeated(
            .post, "/v1/payment_intents", body: form.body, idempotencyKey: order.idempotencyKey,
            deadline: options.settlementDeadline)
        if case .reply(let reply) = answer.ending {
            if reply.status == 409 { return .underWay }
            if answer.usesKeyOfAnother { return .alreadyUsed }
        }
        guard let named = decoded(NamedReply.self, try answer.success().body) else { throw .badReply }
        // Only tidiness: a payment without a card takes nothing whether it is called off or not.
        _ = await callOff(named.id)
        return .nothingTaken
    }

    private static let placeholder = "placeholder"

    /// The outcome of a payment that the gateway knows, waiting for one that is being processed and calling off one that cannot go on.
    func finish(_ intent: IntentReply, fault: GatewayFault?) async -> GatewayAnswer {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(options.settlementDeadline)
        var intent = intent
        var fault = fault
        while true {
            if let outcome = intent.outcome {
                return GatewayAnswer(outcome: outcome, token: intent.token, fault: fault)
            }
            if intent.status != "processing" {
                if await callOff(intent.id) {
                    return GatewayAnswer(outcome: .declined(unanswerable(intent)), fault: fault)
                }
            }
            guard clock.now < end else { break }
            try? await Task.sleep(for: .seconds(options.backoff))
            let path = "/v1/payment_intents/\(Self.pathPart(intent.id.text))?expand[]=latest_charge"
            let answer = await repeated(.get, path, body: nil, deadline: options.settlementDeadline)
            if let reply = try? answer.success(), let newer = decoded(IntentReply.self, reply.body) {
                intent = newer
            } else {
                fault = answer.fault ?? .badReply
            }
        }
        return GatewayAnswer(outcome: .unknown(paymentID: intent.id.text), fault: fault ?? .timedOut)
    }

    /// Whether the payment of this name is called off now.
    private func callOff(_ payment: GatewayName) async -> Bool {
        do throws(GatewayFault) {
            try await cancel(paymentID: payment.text, idempotencyKey: "\(payment.text)-cancel")
            return true
        } catch {
            return false
        }
    }

    /// The refusal of a payment whose issuer asks the cardholder something that nobody on a telephone can answer.
    private func unanswerable(_ intent: IntentReply) -> Decline {
        Decline(
            intent.lastPaymentError,
            fallback: intent.status == "requires_action" ? "authentication_required" : "canceled",
            paymentID: intent.id.text)
    }
}
