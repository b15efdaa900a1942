internal import Foundation
internal import Secrets

/// Serves requests: authorization, faults, idempotency, and the store behind them.
actor GatewayService {
    private var store: GatewayStore
    private var replies: IdempotencyStore
    private var faults: FaultPlan
    private let hash: HMAC
    private let clock: @Sendable () -> Date
    private let webhooks = WebhookSender()
    private let state: StateFile?

    /// - Throws: The error of reading the state file.
    init(faults: [Fault], state: StateFile?, clock: @escaping @Sendable () -> Date) throws {
        let hash = try state?.hash() ?? HMAC()
        self.hash = hash
        store = try state.map { try GatewayStore(from: $0, hash: hash) } ?? GatewayStore(hash: hash)
        replies = IdempotencyStore(entries: try state?.replies() ?? [:])
        self.faults = FaultPlan(faults)
        self.state = state
        self.clock = clock
    }

    /// The reply to `request`.
    func reply(to request: WireRequest) async -> WireReply {
        switch request.path.first {
        case "v1": await replyOfAPI(to: request)
        case "admin": replyOfAdmin(to: request)
        default: WireReply(APIError(status: 404, type: "invalid_request_error", message: "Unrecognized request URL."))
        }
    }

    // MARK: The API

    private func replyOfAPI(to request: WireRequest) async -> WireReply {
        if let refusal = Authorization.refusal(of: request) { return WireReply(refusal) }
        let isLookUp = request.method == "GET"
        guard let parameters = FormValue(encoded: isLookUp || request.body.isEmpty ? request.query : request.body)
        else {
            return WireReply(.invalid("The parameters are not form-encoded."))
        }
        let call = APICall(method: request.method, path: Array(request.path.dropFirst()), parameters: parameters)
        guard request.method == "POST", let key = request.idempotencyKey else {
            return await perform(call, under: nil)
        }
        let identity = hash.code(Array("\(call.method) \(call.url)\n".utf8) + request.body)
        switch replies.begin(key, request: identity) {
        case .refuse(let error): return WireReply(error)
        case .replay(let entry):
            var reply = WireReply(status: entry.status, body: entry.body)
            reply.isReplayed = true
            return reply
        case .proceed: return await perform(call, under: key)
        }
    }

    private func perform(_ call: APICall, under key: String?) async -> WireReply {
        let fault = faults.next(isLookUp: call.method == "GET")
        switch fault?.kind {
        case .slow: try? await Task.sleep(for: .seconds(fault?.delay ?? 0))
        case .dropBeforeCommit:
            return finished(WireReply(status: 0, body: []), under: key, ending: .closedUnanswered)
        case .error500: return finished(Self.serverError, under: key)
        case .conflict:
            return finished(
                WireReply(
                    APIError(
                        status: 409, type: "invalid_request_error", code: "lock_timeout",
                        message: "Another request is under way.")),
                under: key)
        case .rateLimit:
            return finished(
                WireReply(
                    APIError(
                        status: 429, type: "invalid_request_error", code: "rate_limit", message: "Too many requests.")),
                under: key)
        default: break
        }
        let reply = answer(call)
        switch fault?.kind {
        case .commitThenDrop: return finished(reply, under: key, ending: .closedUnanswered)
        case .closeMidReply: return finished(reply, under: key, ending: .closedMidReply)
        case .commitThen500: return finished(Self.serverError, under: key)
        case .lateReply:
            let kept = finished(reply, under: key)
            try? await Task.sleep(for: .seconds(fault?.delay ?? 0))
            return kept
        default: return finished(reply, under: key)
        }
    }

    private static let serverError = WireReply(
        APIError(status: 500, type: "api_error", message: "An unexpected error occurred."))

    private func finished(_ reply: WireReply, under key: String?, ending: WireReply.Ending = .whole) -> WireReply {
        let kept = key.flatMap { key in
            replies.finish(key, status: reply.status, body: reply.body).map { (key: key, entry: $0) }
        }
        guard keep(kept) else { return WireReply(status: 0, body: [], ending: .closedUnanswered) }
        // A change is in the state file before its events are sent.
        deliverEvents()
        var reply = reply
        reply.ending = ending
        return reply
    }

    /// Writes changes to the state file before the reply is sent; `false` if the file cannot be written.
    private func keep(_ reply: (key: String, entry: IdempotencyStore.Entry)?) -> Bool {
        guard let state else {
            store.dropChanges()
            return true
        }
        do {
            try state.write(try store.takeChanges(), reply: reply)
            return true
        } catch {
            return false
        }
    }

    private func answer(_ call: APICall) -> WireReply {
        setClock()
        do throws(APIError) {
            return WireReply(try store.answer(call))
        } catch {
            return WireReply(error)
        }
    }

    private func setClock() {
        let date = clock()
        let day = store.now / 86400
        store.now = Int(date.timeIntervalSince1970)
        // Creating a calendar is slow, and a month lasts a day at least.
        guard store.now / 86400 != day else { return }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month], from: date)
        store.today = (parts.year ?? 1970, parts.month ?? 1)
    }

    // MARK: After the reply

    private func deliverEvents() {
        let doomed = store.refundsToFail
        store.refundsToFail = []
        if !doomed.isEmpty { Task { await failLater(doomed) } }
        let events = store.outbox
        store.outbox = []
        let endpoints = store.webhookEndpoints.byID.values.filter(\.isEnabled)
        guard !endpoints.isEmpty else { return }
        for event in events {
            let copies = faults.nextWebhook(.duplicateWebhook) ? 2 : 1
            let isHeld = faults.nextWebhook(.webhookOutOfOrder)
            for endpoint in endpoints where event.waiting?.contains(endpoint.id) == true {
                webhooks.send(event, to: endpoint, copies: copies, isHeld: isHeld, clock: clock) { isTaken in
                    if isTaken { await self.note(event.id, deliveredTo: endpoint.id) }
                }
            }
        }
    }

    private func note(_ event: String, deliveredTo endpoint: String) {
        store.note(event, deliveredTo: endpoint)
        _ = keep(nil)
    }

    /// Continues the work of an earlier process: webhooks that were not accepted, and refunds that must fail.
    func resume() { deliverEvents() }

    /// Fails refunds after half a second, because a bank sends a refund back only after some time.
    private func failLater(_ refunds: [String]) async {
        try? await Task.sleep(for: .milliseconds(500))
        setClock()
        for id in refunds { store.failRefund(id) }
        guard keep(nil) else { return }
        deliverEvents()
    }

    // MARK: Administration

    private func replyOfAdmin(to request: WireRequest) -> WireReply {
        guard !request.comesFromPage else {
            return WireReply(
                APIError(status: 403, type: "invalid_request_error", message: "Pages of a browser change nothing here.")
            )
        }
        switch (request.method, request.path.dropFirst().first) {
        case ("GET", "faults"): break
        case ("DELETE", "faults"): faults = FaultPlan()
        case ("POST", "faults"):
            guard let text = FormValue(encoded: request.body)?.text("faults") else {
                return WireReply(APIError.missing("faults"))
            }
            do throws(FaultSyntaxError) {
                faults = FaultPlan(try Fault.list(text))
            } catch {
                return WireReply(APIError.invalid("Fault '\(error.text)': \(error.reason).", parameter: "faults"))
            }
        default:
            return WireReply(APIError(status: 404, type: "invalid_request_error", message: "Unrecognized request URL."))
        }
        return WireReply(["faults": .array(faults.faults.map { .string($0.text) })])
    }
}
