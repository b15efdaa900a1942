/// One payment from its order to its end.
struct PaymentIntent: Sendable, Codable {
    /// The state of a payment.
    enum Status: String, Sendable, Codable {
        case requiresPaymentMethod = "requires_payment_method"
        case requiresConfirmation = "requires_confirmation"
        case requiresAction = "requires_action"
        case requiresCapture = "requires_capture"
        case succeeded
        case canceled
    }

    /// When the money moves: with the approval, or by a separate call.
    enum CaptureMethod: String, Sendable, Codable {
        case automatic
        case automaticAsync = "automatic_async"
        case manual
    }

    var id: String
    var created: Int
    var amount: Int
    var currency: String
    var status = Status.requiresPaymentMethod
    var captureMethod = CaptureMethod.automatic
    var amountReceived = 0
    var amountCapturable = 0
    var clientSecret: String
    var customer: String?
    var paymentMethod: String?
    var latestCharge: String?
    var lastError: PaymentError?
    var description: String?
    var receiptEmail: String?
    var isTelephoneOrder = false
    var isOffSession = false
    var savesForLater = false
    var canceledAt: Int?
    var cancellationReason: String?
    var metadata: [String: String] = [:]
}

/// Why the last try of a payment failed.
struct PaymentError: Sendable, Codable {
    var code: String
    var declineCode: String?
    var message: String
    var charge: String?

    var json: JSON {
        [
            "type": "card_error", "code": .string(code), "decline_code": .text(declineCode),
            "message": .string(message),
            "charge": .text(charge),
        ]
    }
}

extension PaymentIntent: APIObject {
    var json: JSON {
        let nextAction: JSON =
            status == .requiresAction
            ? ["type": "use_stripe_sdk", "use_stripe_sdk": ["type": "three_d_secure_redirect"]] : .null
        return [
            "id": .string(id), "object": "payment_intent", "created": .int(created), "livemode": false,
            "amount": .int(amount), "amount_received": .int(amountReceived),
            "amount_capturable": .int(amountCapturable),
            "currency": .string(currency), "status": .string(status.rawValue),
            "capture_method": .string(captureMethod.rawValue), "confirmation_method": "automatic",
            "client_secret": .string(clientSecret), "customer": .text(customer), "payment_method": .text(paymentMethod),
            "payment_method_types": ["card"], "latest_charge": .text(latestCharge),
            "payment_method_options": ["card": ["moto": .bool(isTelephoneOrder)]],
            "last_payment_error": lastError?.json ?? .null, "next_action": nextAction,
            "description": .text(description), "receipt_email": .text(receiptEmail),
            "setup_future_usage": savesForLater ? "off_session" : .null,
            "canceled_at": .number(canceledAt), "cancellation_reason": .text(cancellationReason),
            "metadata": .texts(metadata),
        ]
    }
}
