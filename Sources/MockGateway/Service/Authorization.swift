internal import Foundation

/// Decides by the secret key of a request which calls are allowed.
enum Authorization {
    /// The refusal of a request whose key is missing, wrong, or read-only; `nil` if the request is allowed.
    ///
    /// An `sk_test_` key may do everything, an `rk_test_` key may only read.
    static func refusal(of request: WireRequest) -> APIError? {
        guard let key = key(in: request.authorization) else {
            return APIError(
                status: 401, type: "invalid_request_error",
                message:
                    "You did not provide an API key. Provide it in the Authorization header: 'Bearer YOUR_SECRET_KEY'.")
        }
        if key.hasPrefix("sk_test_"), key.count > 8 { return nil }
        if key.hasPrefix("rk_test_"), key.count > 8 {
            return request.method == "GET"
                ? nil
                : APIError(
                    status: 403, type: "invalid_request_error", code: "more_permissions_required",
                    message: "The provided key does not have the required permissions for this endpoint.")
        }
        return APIError(
            status: 401, type: "invalid_request_error", code: "api_key_invalid", message: "Invalid API Key provided.")
    }

    private static func key(in header: String?) -> String? {
        guard let parts = header?.split(separator: " "), parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "bearer": return String(parts[1])
        case "basic":
            guard let data = Data(base64Encoded: String(parts[1])) else { return nil }
            return String(decoding: data, as: UTF8.self).split(separator: ":").first.map(String.init)
        default: return nil
        }
    }
}
