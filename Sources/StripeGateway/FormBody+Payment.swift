internal import GatewayHTTP
internal import PaymentSession

/// The protocol's fields of a card and of an order.
extension FormBody {
    /// Adds a card's number, expiry, security code and address under `prefix`, such as `payment_method_data`.
    func add(_ card: borrowing CardDetails, under prefix: String) {
        let (open, close) = prefix.isEmpty ? ("", "") : (prefix + "[", "]")
        func name(_ field: String, _ part: String = "") -> String { open + field + close + part }
        add(name("type"), "card")
        add(name("card", "[number]"), card.number)
        add(name("card", "[exp_month]"), String(card.expiry.month))
        add(name("card", "[exp_year]"), String(card.expiry.year))
        if !card.securityCode.isEmpty { add(name("card", "[cvc]"), card.securityCode) }
        if !card.houseNumber.isEmpty { add(name("billing_details", "[address][line1]"), card.houseNumber) }
        if !card.postcode.isEmpty { add(name("billing_details", "[address][postal_code]"), card.postcode) }
    }

    /// Adds an order, with the metadata by which a look-up finds it.
    ///
    /// - Parameter amount: The order's amount in the protocol's unit.
    func add(_ order: PaymentOrder, amount: Int) {
        add("amount", String(amount))
        add("currency", order.currency.lowercased())
        add("metadata[session]", order.sessionID)
        add("metadata[attempt]", order.idempotencyKey)
        if let reference = order.reference {
            add("metadata[reference]", String(reference.withoutCardNumbers.prefix(500)))
        }
    }
}
