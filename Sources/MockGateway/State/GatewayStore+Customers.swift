extension GatewayStore {
    private static let parameters: Set<String> = [
        "name", "email", "phone", "description", "metadata", "address", "shipping", "payment_method",
        "invoice_settings", "preferred_locales",
    ]

    /// `POST /v1/customers`
    mutating func createCustomer(_ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(Self.parameters)
        var customer = Customer(id: newID("cus_"), created: now)
        try apply(form, to: &customer)
        let method: PaymentMethod? =
            if let id = form.text("payment_method") {
                try paymentMethod(id, parameter: "payment_method", status: 400)
            } else { nil }
        if let method, let refusal = refusal(of: method), !method.behaviour.savesDespiteRefusal {
            throw .card(refusal.code, refusal.message, declineCode: refusal.declineCode)
        }
        customers[customer.id] = customer
        emit("customer.created", customer)
        if let method { _ = try attach(method.id, .fields(["customer": .text(customer.id)])) }
        return customer.json
    }

    /// `POST /v1/customers/ID`
    mutating func updateCustomer(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(Self.parameters.subtracting(["payment_method"]))
        var customer = try customer(id)
        try apply(form, to: &customer)
        customers[id] = customer
        emit("customer.updated", customer)
        return customer.json
    }

    /// `DELETE /v1/customers/ID`: also deletes the cards kept for the customer.
    mutating func deleteCustomer(_ id: String) throws(APIError) -> JSON {
        let customer = try customer(id)
        for method in paymentMethods.byID.values where method.customer == id {
            paymentMethods[method.id]?.customer = nil
        }
        customers[id] = nil
        emit("customer.deleted", customer)
        return ["id": .string(id), "object": "customer", "deleted": true]
    }

    /// The customer with the ID `id`.
    func customer(_ id: String) throws(APIError) -> Customer {
        guard let customer = customers[id] else { throw .noSuch("customer", id) }
        return customer
    }

    private func apply(_ form: FormValue, to customer: inout Customer) throws(APIError) {
        customer.name = form.text("name") ?? customer.name
        customer.email = form.text("email") ?? customer.email
        customer.phone = form.text("phone") ?? customer.phone
        customer.description = form.text("description") ?? customer.description
        customer.metadata = try form.metadata(over: customer.metadata)
    }
}
