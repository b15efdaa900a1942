/// One decoded call of the API.
struct APICall: Sendable {
    /// `GET`, `POST` or `DELETE`.
    var method: String
    /// The path's parts after `/v1`.
    var path: [String]
    /// The query of a GET or DELETE, the form of a POST.
    var parameters: FormValue

    /// The requested path.
    var url: String { "/v1/" + path.joined(separator: "/") }
}

extension GatewayStore {
    /// The answer to `call`.
    mutating func answer(_ call: APICall) throws(APIError) -> JSON {
        let form = call.parameters
        var answer: JSON
        switch call.path.first {
        case "payment_intents": answer = try answerPaymentIntents(call, form)
        case "payment_methods": answer = try answerPaymentMethods(call, form)
        case "charges": answer = try answerCharges(call, form)
        case "refunds": answer = try answerRefunds(call, form)
        case "customers": answer = try answerCustomers(call, form)
        case "webhook_endpoints": answer = try answerWebhookEndpoints(call, form)
        case "events": answer = try answerEvents(call, form)
        default: throw unrecognized(call)
        }
        for path in try paths(toExpand: form) { expand(path, in: &answer) }
        return answer
    }

    /// The paths in `expand`. Their depth is limited, because objects can refer to each other in circles.
    private func paths(toExpand form: FormValue) throws(APIError) -> [ArraySlice<String>] {
        let paths = form.texts("expand").map { $0.split(separator: ".").map(String.init)[...] }
        guard paths.count <= 20, paths.allSatisfy({ $0.count <= 5 }) else {
            throw .invalid("At most 20 properties can be expanded, each 4 levels deep.", parameter: "expand")
        }
        return paths
    }

    private func unrecognized(_ call: APICall) -> APIError {
        // The path is not repeated, because a caller may have put secret parameters there.
        APIError(
            status: 404, type: "invalid_request_error", message: "Unrecognized request URL (\(call.method)).")
    }

    private mutating func answerPaymentIntents(_ call: APICall, _ form: FormValue) throws(APIError) -> JSON {
        let id = call.path.count > 1 ? call.path[1] : ""
        switch (call.method, call.path.count, call.path.last ?? "") {
        case ("POST", 1, _): return try createPaymentIntent(form)
        case ("GET", 1, _): return try page(of: paymentIntents, at: call.url, form, filters: ["customer"]) { $0.json }
        case ("GET", 2, _): return try paymentIntent(id).json
        case ("POST", 2, _): return try updatePaymentIntent(id, form)
        case ("POST", 3, "confirm"): return try confirmPaymentIntent(id, form)
        case ("POST", 3, "capture"): return try capture(id, form)
        case ("POST", 3, "cancel"): return try cancel(id, form)
        default: throw unrecognized(call)
        }
    }

    private mutating func answerPaymentMethods(_ call: APICall, _ form: FormValue) throws(APIError) -> JSON {
        let id = call.path.count > 1 ? call.path[1] : ""
        switch (call.method, call.path.count, call.path.last ?? "") {
        case ("POST", 1, _): return try createPaymentMethod(form)
        case ("GET", 1, _):
            return try page(of: paymentMethods, at: call.url, form, filters: ["customer", "type"]) { $0.json }
        case ("GET", 2, _): return try paymentMethod(id).json
        case ("POST", 2, _): return try updatePaymentMethod(id, form)
        case ("POST", 3, "attach"): return try attach(id, form)
        case ("POST", 3, "detach"): return try detach(id)
        default: throw unrecognized(call)
        }
    }

    private func answerCharges(_ call: APICall, _ form: FormValue) throws(APIError) -> JSON {
        switch (call.method, call.path.count, call.path.last ?? "") {
        case ("GET", 1, _):
            return try page(of: charges, at: call.url, form, filters: ["customer", "payment_intent"]) { $0.json }
        case ("GET", 2, let id):
            guard let charge = charges[id] else { throw .noSuch("charge", id) }
            return charge.json
        default: throw unrecognized(call)
        }
    }

    private mutating func answerRefunds(_ call: APICall, _ form: FormValue) throws(APIError) -> JSON {
        let id = call.path.count > 1 ? call.path[1] : ""
        switch (call.method, call.path.count) {
        case ("POST", 1): return try createRefund(form)
        case ("GET", 1):
            return try page(of: refunds, at: call.url, form, filters: ["charge", "payment_intent"]) { $0.json }
        case ("GET", 2):
            guard let refund = refunds[id] else { throw .noSuch("refund", id) }
            return refund.json
        case ("POST", 2): return try updateRefund(id, form)
        default: throw unrecognized(call)
        }
    }

    private mutating func answerCustomers(_ call: APICall, _ form: FormValue) throws(APIError) -> JSON {
        let id = call.path.count > 1 ? call.path[1] : ""
        switch (call.method, call.path.count, call.path.last ?? "") {
        case ("POST", 1, _): return try createCustomer(form)
        case ("GET", 1, _): return try page(of: customers, at: call.url, form, filters: ["email"]) { $0.json }
        case ("GET", 2, _): return try customer(id).json
        case ("POST", 2, _): return try updateCustomer(id, form)
        case ("DELETE", 2, _): return try deleteCustomer(id)
        case ("GET", 3, "payment_methods"):
            _ = try customer(id)
            var kept = Table<PaymentMethod>()
            for name in paymentMethods.order where paymentMethods[name]?.customer == id {
                kept[name] = paymentMethods[name]
            }
            return try page(of: kept, at: call.url, form, filters: ["type"]) { $0.json }
        case ("GET", 4, let method) where call.path[2] == "payment_methods":
            let held = try paymentMethod(method)
            guard held.customer == id else { throw .noSuch("PaymentMethod", method) }
            return held.json
        default: throw unrecognized(call)
        }
    }

    private mutating func answerWebhookEndpoints(_ call: APICall, _ form: FormValue) throws(APIError) -> JSON {
        let id = call.path.count > 1 ? call.path[1] : ""
        switch (call.method, call.path.count) {
        case ("POST", 1): return try createWebhookEndpoint(form)
        case ("GET", 1):
            return try page(of: webhookEndpoints, at: call.url, form, filters: []) { $0.json(withSecret: false) }
        case ("GET", 2): return try webhookEndpoint(id).json(withSecret: false)
        case ("POST", 2): return try updateWebhookEndpoint(id, form)
        case ("DELETE", 2): return try deleteWebhookEndpoint(id)
        default: throw unrecognized(call)
        }
    }

    private func answerEvents(_ call: APICall, _ form: FormValue) throws(APIError) -> JSON {
        switch (call.method, call.path.count, call.path.last ?? "") {
        case ("GET", 1, _): return try page(of: events, at: call.url, form, filters: ["type"]) { $0.json }
        case ("GET", 2, let id):
            guard let event = events[id] else { throw .noSuch("event", id) }
            return event.json
        default: throw unrecognized(call)
        }
    }

    /// Replaces the ID at `path` by its object; inside lists, in every element.
    private func expand(_ path: ArraySlice<String>, in json: inout JSON) {
        guard let name = path.first else { return }
        if case .array(let elements) = json {
            json = .array(
                elements.map { element in
                    var element = element
                    expand(path, in: &element)
                    return element
                })
            return
        }
        guard var member = json[name] else { return }
        if case .string(let id) = member, let thing = thing(id) { member = thing }
        expand(path.dropFirst(), in: &member)
        json[name] = member
    }

    private func thing(_ id: String) -> JSON? {
        paymentIntents[id]?.json ?? paymentMethods[id]?.json ?? charges[id]?.json ?? customers[id]?.json
            ?? refunds[id]?.json
    }
}
