extension PaymentMachine {
    /// Takes the gateway's answer. An answer to another attempt, or without a pending request, is ignored.
    mutating func receive(_ outcome: PaymentOutcome, of attempt: Int) -> [SessionAction] {
        guard let order = phase.awaitedOrder, case .submitted(let disposition) = state, attempt == order.attempt else {
            return []
        }
        switch (outcome, disposition) {
        case (.unknown(let paymentID), _): return end(.unknown(paymentID: paymentID))
        // Only a cancellation asks for the money back. The failure of a component does not.
        case (.approved(let approval), .wanted), (.approved(let approval), .callerGone),
            (.approved(let approval), .failed):
            return end(.approved(approval))
        case (.approved(let approval), .cancelled): return void(approval, of: order)
        case (_, .cancelled(let party)): return end(.cancelled(party))
        case (_, .failed(let part)): return end(.failed(part))
        case (.declined(let decline), .wanted) where attempt < settings.profile.cards:
            return offerAnotherCard(after: decline)
        case (.declined(let decline), _): return end(.declined(decline))
        case (.rejected(let refusal), _): return end(.rejected(refusal))
        case (.unreachable, _): return end(.gatewayUnreachable)
        }
    }

    /// Takes the gateway's answer to a void.
    mutating func receive(_ outcome: VoidOutcome) -> [SessionAction] {
        guard case .voiding(let approval) = state else { return [] }
        return end(.voided(approval, outcome))
    }

    private mutating func void(_ approval: Approval, of order: PaymentOrder) -> [SessionAction] {
        phase = .voiding(approval)
        return [
            .notify(.voiding(approval)),
            .void(paymentID: approval.paymentID, idempotencyKey: order.idempotencyKey + "-void"),
        ]
    }

    /// The line stays secured, because the caller may still be keying.
    private mutating func offerAnotherCard(after decline: Decline) -> [SessionAction] {
        phase = .declined(decline)
        timers.start(.session, for: settings.profile.sessionTimeout)
        return [.notify(.declined(decline)), .prompt(.declined)]
    }
}
