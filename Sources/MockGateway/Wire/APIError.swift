/// A refusal in the terms of the API: an HTTP status and an error object.
struct APIError: Error, Sendable {
    var status: Int
    var type: String
    var code: String?
    var message: String
    var parameter: String?
    var declineCode: String?
    /// Further members of the error object, such as the payment intent of a declined payment.
    var attached: [String: JSON] = [:]

    /// The reply's body.
    var json: JSON {
        var error: [String: JSON] = ["type": .string(type), "message": .string(message)]
        if let code {
            error["code"] = .string(code)
            error["doc_url"] = .string("https://stripe.com/docs/error-codes/" + code.replacing("_", with: "-"))
        }
        if let parameter { error["param"] = .string(parameter) }
        if let declineCode { error["decline_code"] = .string(declineCode) }
        return ["error": .object(error.merging(attached) { _, attached in attached })]
    }

    /// A request that cannot be acted on.
    static func invalid(_ message: String, code: String? = nil, parameter: String? = nil) -> APIError {
        APIError(status: 400, type: "invalid_request_error", code: code, message: message, parameter: parameter)
    }

    /// A required parameter is missing.
    static func missing(_ parameter: String) -> APIError {
        invalid("Missing required param: \(parameter).", code: "parameter_missing", parameter: parameter)
    }

    /// An object does not exist: 404 if the path names it, 400 if a parameter does.
    static func noSuch(_ kind: String, _ id: String, parameter: String = "id", status: Int = 404) -> APIError {
        APIError(
            status: status, type: "invalid_request_error", code: "resource_missing",
            message: "No such \(kind): '\(id.prefix(64))'", parameter: parameter)
    }

    /// A card is declined.
    static func card(_ code: String, _ message: String, declineCode: String? = nil, parameter: String? = nil)
        -> APIError
    {
        APIError(
            status: 402, type: "card_error", code: code, message: message, parameter: parameter,
            declineCode: declineCode)
    }
}
