extension PaymentMachine {
    /// The gateway's answer; one that belongs to no submission in flight is none.
    mutating func receive(_ outcome: PaymentOutcome, of attempt: Int) {
        guard case .submitted(let standing) = state, !cardIsWaiting, attempt == self.attempt else { return }
        eraseDigits()
        switch (outcome, standing) {
        case (.unknown(let paymentID), _): end(.unknown(paymentID: paymentID))
        // Only who cancelled wants the money back: a part that failed here is no order to refund.
        case (.approved(let approval), .wanted), (.approved(let approval), .callerGone),
            (.approved(let approval), .failed):
            end(.approved(approval))
        case (.approved(let approval), .cancelled): takeBack(approval)
        case (_, .cancelled(let party)): end(.cancelled(party))
        case (_, .failed(let part)): end(.failed(part))
        case (.declined(let decline), .wanted) where attempt < settings.profile.cards: offerAnotherCard(after: decline)
        case (.declined(let decline), _): end(.declined(decline))
        case (.rejected(let status, let code), _): end(.rejected(status: status, code: code))
        case (.unreachable, _): end(.gatewayUnreachable)
        }
    }

    /// The gateway's answer to a void.
    mutating func receive(_ outcome: VoidOutcome) {
        guard case .voiding(let approval) = state else { return }
        end(.voided(approval, outcome))
    }

    private mutating func takeBack(_ approval: Approval) {
        state = .voiding(approval)
        notify(.voiding(approval))
        pending.append(
            .void(paymentID: approval.paymentID, idempotencyKey: order.idempotencyKey + "-void"))
    }

    /// The line stays secured: a caller who keys on must not be heard.
    private mutating func offerAnotherCard(after decline: Decline) {
        state = .declined(decline)
        timers.start(.session, for: settings.profile.sessionTimeout)
        notify(.declined(decline))
        prompt(.declined)
    }
}
