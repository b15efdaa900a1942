/// A card that was given to the gateway. From then on it has a token.
struct PaymentMethod: Sendable, Codable {
    var id: String
    var created: Int
    var card: StoredCard
    var behaviour: CardBehaviour
    var billing = BillingDetails()
    var customer: String?
    var metadata: [String: String] = [:]
}

/// The payer's name and address.
struct BillingDetails: Sendable, Codable {
    var name: String?
    var email: String?
    var phone: String?
    var line1: String?
    var line2: String?
    var city: String?
    var state: String?
    var country: String?
    var postalCode: String?

    init() {}

    init(_ form: FormValue?) {
        let address = form?["address"]
        name = form?.text("name")
        email = form?.text("email")
        phone = form?.text("phone")
        line1 = address?.text("line1")
        line2 = address?.text("line2")
        city = address?.text("city")
        state = address?.text("state")
        country = address?.text("country")
        postalCode = address?.text("postal_code")
    }

    var json: JSON {
        [
            "name": .text(name), "email": .text(email), "phone": .text(phone),
            "address": [
                "line1": .text(line1), "line2": .text(line2), "city": .text(city), "state": .text(state),
                "country": .text(country), "postal_code": .text(postalCode),
            ],
        ]
    }
}

extension PaymentMethod: APIObject {
    /// The issuer's checks of the security code and the address; `null` for elements that were not given.
    var checks: JSON {
        [
            "cvc_check": card.hasSecurityCode ? .string(behaviour.securityCodeCheck.rawValue) : .null,
            "address_line1_check": billing.line1 == nil ? .null : .string(behaviour.lineCheck.rawValue),
            "address_postal_code_check": billing.postalCode == nil ? .null : .string(behaviour.postcodeCheck.rawValue),
        ]
    }

    private var cardJSON: [String: JSON] {
        [
            "brand": .string(card.brand), "last4": .string(card.last4), "exp_month": .int(card.expiryMonth),
            "exp_year": .int(card.expiryYear), "fingerprint": .string(card.fingerprint), "funding": "credit",
            "country": "US", "checks": checks, "wallet": nil,
        ]
    }

    var json: JSON {
        [
            "id": .string(id), "object": "payment_method", "type": "card", "created": .int(created), "livemode": false,
            "card": .object(cardJSON), "billing_details": billing.json, "customer": .text(customer),
            "metadata": .texts(metadata),
        ]
    }

    /// The card in a charge.
    func details(isTelephoneOrder: Bool) -> JSON {
        var card = cardJSON
        card["moto"] = .bool(isTelephoneOrder)
        return ["type": "card", "card": .object(card)]
    }
}
