internal import Currencies

extension GatewayStore {
    /// `POST /v1/refunds`: the refunds of a charge never exceed its captured amount.
    mutating func createRefund(_ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["charge", "payment_intent", "amount", "reason", "metadata"])
        var charge = try chargeToRefund(form)
        guard charge.succeeded, charge.captured else {
            throw .invalid("Charge \(charge.id) has not been captured and cannot be refunded.")
        }
        guard charge.refundable > 0 else {
            throw .invalid("Charge \(charge.id) has already been refunded.", code: "charge_already_refunded")
        }
        let amount = try form.amount("amount") ?? charge.refundable
        if let currency = Currency(charge.currency) { try Self.checkFraction(of: amount, in: currency) }
        guard amount <= charge.refundable else {
            throw .invalid(
                "Refund amount (\(amount)) is greater than unrefunded amount on charge (\(charge.refundable)).",
                parameter: "amount")
        }
        let reason = form.text("reason")
        if let reason, !["duplicate", "fraudulent", "requested_by_customer"].contains(reason) {
            throw .invalid(
                "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer", parameter: "reason")
        }
        let refund = Refund(
            id: newID("re_"), created: now, amount: amount, currency: charge.currency, charge: charge.id,
            paymentIntent: charge.paymentIntent, reason: reason, metadata: try form.metadata())
        charge.amountRefunded += amount
        charges[charge.id] = charge
        refunds[refund.id] = refund
        emit("charge.refunded", charge)
        emit("refund.created", refund)
        if charge.paymentMethod.behaviour.refundFails { refundsToFail.append(refund.id) }
        return refund.json
    }

    private func chargeToRefund(_ form: FormValue) throws(APIError) -> Charge {
        if let id = form.text("charge") {
            guard let charge = charges[id] else { throw .noSuch("charge", id, parameter: "charge", status: 400) }
            return charge
        }
        guard let id = form.text("payment_intent") else { throw .missing("payment_intent") }
        let intent = try paymentIntent(id, parameter: "payment_intent", status: 400)
        guard let charge = intent.latestCharge.flatMap({ charges[$0] }) else {
            throw .invalid("This PaymentIntent (\(id)) does not have a successful charge to refund.")
        }
        return charge
    }

    /// Restores pending work of an earlier process: webhooks, and refunds that must fail.
    mutating func resume() {
        outbox = events.order.compactMap { events[$0] }.filter { $0.waiting?.isEmpty == false }
        refundsToFail = refunds.order.filter { id in
            guard let refund = refunds[id], refund.status == .succeeded else { return false }
            return charges[refund.charge]?.paymentMethod.behaviour.refundFails == true
        }
    }

    /// Fails a refund because the bank could not deliver the money.
    mutating func failRefund(_ id: String) {
        guard var refund = refunds[id], refund.status == .succeeded, var charge = charges[refund.charge] else { return }
        refund.status = .failed
        charge.amountRefunded -= refund.amount
        refunds[id] = refund
        charges[charge.id] = charge
        emit("refund.failed", refund)
        emit("charge.refund.updated", refund)
    }

    /// `POST /v1/refunds/ID`
    mutating func updateRefund(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["metadata"])
        guard var refund = refunds[id] else { throw .noSuch("refund", id) }
        refund.metadata = try form.metadata(over: refund.metadata)
        refunds[id] = refund
        emit("refund.updated", refund)
        return refund.json
    }
}
