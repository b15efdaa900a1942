extension GatewayStore {
    /// `POST /v1/payment_methods`
    mutating func createPaymentMethod(_ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["type", "card", "billing_details", "metadata", "allow_redisplay"])
        let method = try paymentMethod(from: form, parameter: "")
        paymentMethods[method.id] = method
        return method.json
    }

    /// A payment method from a form's `type`, `card` and `billing_details`. It is not booked yet.
    func paymentMethod(from form: FormValue, parameter: String) throws(APIError) -> PaymentMethod {
        func named(_ name: String) -> String { parameter.isEmpty ? name : "\(parameter)[\(name)]" }
        guard let type = form.text("type") else { throw .missing(named("type")) }
        guard type == "card" else {
            throw .invalid(
                "The payment method type \"\(type.prefix(32))\" is not taken here.", parameter: named("type"))
        }
        guard let fields = form["card"] else { throw .missing(named("card")) }
        let card = try CardForm(fields, parameter: named("card"), today: today, hash: hash)
        return PaymentMethod(
            id: newID("pm_"), created: now, card: card.facts, behaviour: card.behaviour,
            billing: BillingDetails(form["billing_details"]), metadata: try form.metadata())
    }

    /// The payment method with the ID `id`.
    func paymentMethod(_ id: String, parameter: String = "id", status: Int = 404) throws(APIError) -> PaymentMethod {
        guard let method = paymentMethods[id] else {
            throw .noSuch("PaymentMethod", id, parameter: parameter, status: status)
        }
        return method
    }

    /// `POST /v1/payment_methods/ID`
    mutating func updatePaymentMethod(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["metadata", "billing_details", "card", "allow_redisplay"])
        var method = try paymentMethod(id)
        method.metadata = try form.metadata(over: method.metadata)
        if form["billing_details"] != nil { method.billing = BillingDetails(form["billing_details"]) }
        if let month = try form["card"]?.integer("exp_month") { method.card.expiryMonth = month }
        if let year = try form["card"]?.integer("exp_year") { method.card.expiryYear = year }
        paymentMethods[id] = method
        return method.json
    }

    /// `POST /v1/payment_methods/ID/attach`: a card that its issuer declines is not kept.
    mutating func attach(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["customer"])
        var method = try paymentMethod(id)
        guard let customer = form.text("customer") else { throw .missing("customer") }
        guard customers[customer] != nil else {
            throw .noSuch("customer", customer, parameter: "customer", status: 400)
        }
        if let other = method.customer, other != customer {
            throw .invalid("The payment method you provided has already been attached to a customer.")
        }
        if let refusal = refusal(of: method), !method.behaviour.savesDespiteRefusal {
            throw .card(refusal.code, refusal.message, declineCode: refusal.declineCode)
        }
        method.customer = customer
        paymentMethods[id] = method
        emit("payment_method.attached", method)
        return method.json
    }

    /// `POST /v1/payment_methods/ID/detach`
    mutating func detach(_ id: String) throws(APIError) -> JSON {
        var method = try paymentMethod(id)
        guard method.customer != nil else {
            throw .invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
        }
        method.customer = nil
        paymentMethods[id] = method
        emit("payment_method.detached", method)
        return method.json
    }

    /// The issuer's decline of a charge; `nil` if it approves.
    func refusal(of method: PaymentMethod) -> CardBehaviour.Decline? {
        if (method.card.expiryYear, method.card.expiryMonth) < today {
            return CardBehaviour.Decline(code: "expired_card", declineCode: "expired_card")
        }
        guard let refusal = method.behaviour.refusal else { return nil }
        return method.behaviour.refusesSecurityCodeOnly && !method.card.hasSecurityCode ? nil : refusal
    }
}
