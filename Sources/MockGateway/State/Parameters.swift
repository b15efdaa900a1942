internal import Currencies

extension FormValue {
    /// Refuses parameters other than these; `expand` is always allowed.
    func allowOnly(_ allowed: Set<String>) throws(APIError) {
        for name in names.sorted() where name != "expand" && !allowed.contains(name) {
            throw .invalid(
                "Received unknown parameter: \(name.prefix(64))", code: "parameter_unknown",
                parameter: String(name.prefix(64)))
        }
    }

    /// The integer `name`; `nil` if it is missing.
    func integer(_ name: String) throws(APIError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text) else {
            throw .invalid("Invalid integer: \(name)", code: "parameter_invalid_integer", parameter: name)
        }
        return value
    }

    /// The amount `name`, above zero; `nil` if it is missing.
    func amount(_ name: String) throws(APIError) -> Int? {
        guard let value = try integer(name) else { return nil }
        guard value > 0 else {
            throw .invalid(
                "This value must be greater than or equal to 1.", code: "parameter_invalid_integer", parameter: name)
        }
        guard value <= 99_999_999 else {
            throw .invalid("Amount must be no more than 999,999.99.", code: "amount_too_large", parameter: name)
        }
        return value
    }

    /// The currency `name`, in lower case; `nil` if it is missing.
    func currency(_ name: String) throws(APIError) -> Currency? {
        guard let text = text(name) else { return nil }
        guard let currency = Currency(text) else {
            throw .invalid("Invalid currency: \(text.prefix(16)).", parameter: name)
        }
        return currency
    }

    /// The Boolean `name`; `false` if it is missing.
    func flag(_ name: String) throws(APIError) -> Bool {
        switch text(name) {
        case nil, "false", "": return false
        case "true": return true
        default: throw .invalid("Invalid boolean: \(name)", parameter: name)
        }
    }

    /// Merges metadata; an empty value removes its key.
    func metadata(over held: [String: String] = [:]) throws(APIError) -> [String: String] {
        var held = held
        guard let changes = self["metadata"] else { return held }
        if case .text("") = changes { return [:] }
        for name in changes.names {
            guard let value = changes.text(name) else { throw .invalid("Invalid metadata", parameter: "metadata") }
            guard name.count <= 40, value.count <= 500 else {
                throw .invalid("Metadata keys have at most 40 characters and values 500.", parameter: "metadata")
            }
            held[name] = value.isEmpty ? nil : value
        }
        guard held.count <= 50 else { throw .invalid("Metadata has at most 50 keys.", parameter: "metadata") }
        return held
    }
}
