internal import Currencies

extension GatewayStore {
    private static let createParameters: Set<String> = [
        "amount", "currency", "customer", "payment_method", "payment_method_data", "payment_method_types",
        "payment_method_options", "automatic_payment_methods", "capture_method", "confirmation_method", "confirm",
        "description", "receipt_email", "metadata", "off_session", "setup_future_usage", "error_on_requires_action",
        "return_url", "statement_descriptor", "statement_descriptor_suffix", "use_stripe_sdk",
    ]

    /// `POST /v1/payment_intents`
    mutating func createPaymentIntent(_ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(Self.createParameters)
        guard let amount = try form.amount("amount") else { throw .missing("amount") }
        guard let currency = try form.currency("currency") else { throw .missing("currency") }
        try Self.checkCharge(of: amount, in: currency)
        let id = newID("pi_")
        var intent = PaymentIntent(
            id: id, created: now, amount: amount, currency: currency.code.lowercased(),
            clientSecret: id + "_secret_" + newID("").prefix(16))
        let given = try apply(form, to: &intent)
        let confirms = try form.flag("confirm")
        if !confirms, form["off_session"] != nil {
            throw .invalid("off_session can only be given with confirm=true.", parameter: "off_session")
        }
        if confirms, intent.paymentMethod == nil {
            throw .invalid(
                "You cannot confirm this PaymentIntent because it's missing a payment method.",
                code: "payment_intent_unexpected_state")
        }
        if let given { paymentMethods[given.id] = given }
        paymentIntents[id] = intent
        emit("payment_intent.created", intent)
        return confirms ? try confirm(&intent, errorOnAction: try form.flag("error_on_requires_action")) : intent.json
    }

    /// `POST /v1/payment_intents/ID`
    mutating func updatePaymentIntent(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(Self.createParameters.subtracting(["confirm", "off_session", "error_on_requires_action"]))
        var intent = try paymentIntent(id)
        let isOpen = [.requiresPaymentMethod, .requiresConfirmation, .requiresAction].contains(intent.status)
        let (amount, currency) = (try form.amount("amount"), try form.currency("currency"))
        if amount != nil || currency != nil {
            guard isOpen else { throw unexpectedState(intent, "updated") }
            intent.amount = amount ?? intent.amount
            intent.currency = currency?.code.lowercased() ?? intent.currency
            if let currency = Currency(intent.currency) { try Self.checkCharge(of: intent.amount, in: currency) }
        }
        if form["payment_method"] != nil || form["payment_method_data"] != nil, !isOpen {
            throw unexpectedState(intent, "updated")
        }
        let given = try apply(form, to: &intent)
        if let given { paymentMethods[given.id] = given }
        paymentIntents[id] = intent
        return intent.json
    }

    /// `POST /v1/payment_intents/ID/confirm`
    mutating func confirmPaymentIntent(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(
            Self.createParameters.subtracting(["amount", "currency", "confirm", "metadata", "customer"]))
        var intent = try paymentIntent(id)
        guard [.requiresPaymentMethod, .requiresConfirmation, .requiresAction].contains(intent.status) else {
            throw unexpectedState(intent, "confirmed")
        }
        let given = try apply(form, to: &intent)
        guard intent.paymentMethod != nil else {
            throw .invalid(
                "You cannot confirm this PaymentIntent because it's missing a payment method.",
                code: "payment_intent_unexpected_state")
        }
        if let given { paymentMethods[given.id] = given }
        return try confirm(&intent, errorOnAction: try form.flag("error_on_requires_action"))
    }

    /// Reads the common parameters of creation, update and confirmation.
    ///
    /// - Returns: The payment method from the form. The caller books it once the request cannot be refused any more.
    private func apply(_ form: FormValue, to intent: inout PaymentIntent) throws(APIError) -> PaymentMethod? {
        if let customer = form.text("customer") {
            guard customers[customer] != nil else {
                throw .noSuch("customer", customer, parameter: "customer", status: 400)
            }
            intent.customer = customer
        }
        if let capture = form.text("capture_method") {
            guard let method = PaymentIntent.CaptureMethod(rawValue: capture) else {
                throw .invalid(
                    "Invalid capture_method: must be one of automatic, automatic_async, or manual",
                    parameter: "capture_method")
            }
            intent.captureMethod = method
        }
        if form["payment_method_types"] != nil, !form.texts("payment_method_types").contains("card") {
            throw .invalid("Only the payment method type \"card\" is taken here.", parameter: "payment_method_types")
        }
        if let options = form["payment_method_options"]?["card"] { intent.isTelephoneOrder = try options.flag("moto") }
        if let use = form.text("setup_future_usage") {
            guard ["on_session", "off_session"].contains(use) else {
                throw .invalid(
                    "Invalid setup_future_usage: must be one of off_session or on_session",
                    parameter: "setup_future_usage")
            }
            intent.savesForLater = true
        }
        intent.isOffSession = try form.flag("off_session")
        intent.metadata = try form.metadata(over: intent.metadata)
        intent.description = form.text("description") ?? intent.description
        intent.receiptEmail = form.text("receipt_email") ?? intent.receiptEmail
        if let data = form["payment_method_data"] {
            if form["payment_method"] != nil {
                throw .invalid("You may only specify one of these parameters: payment_method, payment_method_data.")
            }
            let method = try paymentMethod(from: data, parameter: "payment_method_data")
            use(method, for: &intent)
            return method
        }
        if let id = form.text("payment_method") {
            let method = try paymentMethod(id, parameter: "payment_method", status: 400)
            if let owner = method.customer, owner != intent.customer {
                throw .invalid(
                    "The provided PaymentMethod cannot be used with this PaymentIntent because it is attached to another customer.",
                    parameter: "payment_method")
            }
            use(method, for: &intent)
        }
        return nil
    }

    private func use(_ method: PaymentMethod, for intent: inout PaymentIntent) {
        intent.paymentMethod = method.id
        if intent.status == .requiresPaymentMethod { intent.status = .requiresConfirmation }
    }

    /// The payment intent with the ID `id`.
    func paymentIntent(_ id: String, parameter: String = "intent", status: Int = 404) throws(APIError) -> PaymentIntent
    {
        guard let intent = paymentIntents[id] else {
            throw .noSuch("payment_intent", id, parameter: parameter, status: status)
        }
        return intent
    }

    func unexpectedState(_ intent: PaymentIntent, _ action: String) -> APIError {
        var error = APIError.invalid(
            "This PaymentIntent could not be \(action) because it has a status of \(intent.status.rawValue).",
            code: "payment_intent_unexpected_state")
        error.attached = ["payment_intent": intent.json]
        return error
    }
}
