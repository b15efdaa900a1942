extension GatewayStore {
    /// Charges the intent's card, or books the failure. The intent has a payment method.
    ///
    /// - Throws: ``APIError`` with status 402 if the issuer declines. The failed charge is booked then.
    mutating func confirm(_ intent: inout PaymentIntent, errorOnAction: Bool) throws(APIError) -> JSON {
        let method = try paymentMethod(intent.paymentMethod ?? "", parameter: "payment_method", status: 400)
        // A caller cannot answer a challenge by telephone, so an issuer that requires one declines.
        let cannotAnswer = intent.isTelephoneOrder || intent.isOffSession || errorOnAction
        if method.behaviour.requiresAuthentication, !cannotAnswer {
            intent.status = .requiresAction
            paymentIntents[intent.id] = intent
            emit("payment_intent.requires_action", intent)
            return intent.json
        }
        let refusal =
            method.behaviour.requiresAuthentication
            ? CardBehaviour.Decline(code: "authentication_required", declineCode: "authentication_required")
            : refusal(of: method)
        let captures = intent.captureMethod != .manual
        let charge = Charge(
            id: newID("ch_"), created: now, amount: intent.amount, currency: intent.currency, paymentIntent: intent.id,
            paymentMethod: method, isTelephoneOrder: intent.isTelephoneOrder, captured: captures && refusal == nil,
            amountCaptured: captures && refusal == nil ? intent.amount : 0, failure: refusal,
            description: intent.description, receiptEmail: intent.receiptEmail, metadata: intent.metadata)
        charges[charge.id] = charge
        intent.latestCharge = charge.id
        if let refusal { throw refuse(&intent, charge, refusal) }
        approve(&intent, charge, method)
        return intent.json
    }

    private mutating func approve(_ intent: inout PaymentIntent, _ charge: Charge, _ method: PaymentMethod) {
        intent.lastError = nil
        if charge.captured {
            intent.status = .succeeded
            intent.amountReceived = intent.amount
        } else {
            intent.status = .requiresCapture
            intent.amountCapturable = intent.amount
        }
        paymentIntents[intent.id] = intent
        if intent.savesForLater, let customer = intent.customer, method.customer == nil {
            var saved = method
            saved.customer = customer
            paymentMethods[saved.id] = saved
            emit("payment_method.attached", saved)
        }
        emit("charge.succeeded", charge)
        emit(
            charge.captured ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated", intent)
    }

    private mutating func refuse(
        _ intent: inout PaymentIntent, _ charge: Charge, _ refusal: CardBehaviour.Decline
    ) -> APIError {
        intent.status = .requiresPaymentMethod
        intent.paymentMethod = nil
        intent.lastError = PaymentError(
            code: refusal.code, declineCode: refusal.declineCode, message: refusal.message, charge: charge.id)
        paymentIntents[intent.id] = intent
        emit("charge.failed", charge)
        emit("payment_intent.payment_failed", intent)
        var error = APIError.card(refusal.code, refusal.message, declineCode: refusal.declineCode)
        error.attached = [
            "charge": .string(charge.id), "payment_intent": intent.json, "payment_method": charge.paymentMethod.json,
        ]
        return error
    }

    /// `POST /v1/payment_intents/ID/capture`
    mutating func capture(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["amount_to_capture", "final_capture", "metadata", "statement_descriptor"])
        var intent = try paymentIntent(id)
        guard intent.status == .requiresCapture, var charge = intent.latestCharge.flatMap({ charges[$0] }) else {
            throw unexpectedState(intent, "captured")
        }
        let amount = try form.amount("amount_to_capture") ?? intent.amountCapturable
        guard amount <= intent.amountCapturable else {
            throw .invalid(
                "The requested capture amount is greater than the amount you can capture for this charge.",
                code: "amount_too_large", parameter: "amount_to_capture")
        }
        charge.captured = true
        charge.amountCaptured = amount
        charges[charge.id] = charge
        intent.status = .succeeded
        intent.amountCapturable = 0
        intent.amountReceived = amount
        paymentIntents[id] = intent
        emit("charge.captured", charge)
        emit("payment_intent.succeeded", intent)
        return intent.json
    }

    /// `POST /v1/payment_intents/ID/cancel`: before settlement; releases the authorization.
    mutating func cancel(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["cancellation_reason"])
        var intent = try paymentIntent(id)
        guard intent.status != .succeeded, intent.status != .canceled else { throw unexpectedState(intent, "canceled") }
        if let reason = form.text("cancellation_reason") {
            guard ["duplicate", "fraudulent", "requested_by_customer", "abandoned"].contains(reason) else {
                throw .invalid("Invalid cancellation_reason", parameter: "cancellation_reason")
            }
            intent.cancellationReason = reason
        }
        intent.status = .canceled
        intent.canceledAt = now
        intent.amountCapturable = 0
        paymentIntents[id] = intent
        emit("payment_intent.canceled", intent)
        return intent.json
    }
}
