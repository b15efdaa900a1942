/// First replies by idempotency key. A repeated request gets the first reply again.
struct IdempotencyStore: Sendable {
    /// A kept reply and the request it belongs to.
    struct Entry: Sendable, Codable {
        /// The keyed hash of the request. A plain hash is not enough, because the request may hold a card number.
        var request: [UInt8]
        var status: Int
        var body: [UInt8]
    }

    /// The decision about a request.
    enum Decision {
        case proceed
        case replay(Entry)
        case refuse(APIError)
    }

    private(set) var entries: [String: Entry] = [:]
    private var inProgress: [String: [UInt8]] = [:]

    init(entries: [String: Entry] = [:]) {
        self.entries = entries
    }

    /// Whether a request under `key` is done, repeated or refused. If it is done, it counts as in progress from now on.
    mutating func begin(_ key: String, request: [UInt8]) -> Decision {
        if key.isEmpty || key.count > 255 {
            return .refuse(.invalid("Idempotency keys have 1 to 255 characters."))
        }
        if inProgress[key] != nil {
            return .refuse(
                APIError(
                    status: 409, type: "invalid_request_error", code: "idempotency_key_in_use",
                    message: "There is currently another in-progress request using this Idempotent Key."))
        }
        if let entry = entries[key] {
            return entry.request == request ? .replay(entry) : .refuse(Self.otherParameters)
        }
        inProgress[key] = request
        return .proceed
    }

    /// Keeps the reply to a request that was carried out, including replies with 500. A refused request has no kept
    /// reply.
    ///
    /// - Returns: The new entry, for the state file.
    mutating func finish(_ key: String, status: Int, body: [UInt8]) -> Entry? {
        guard let request = inProgress.removeValue(forKey: key) else { return nil }
        guard status == 200 || status == 402 || status >= 500 else { return nil }
        let entry = Entry(request: request, status: status, body: body)
        entries[key] = entry
        return entry
    }

    private static let otherParameters = APIError(
        status: 400, type: "idempotency_error",
        message: "Keys for idempotent requests can only be used with the same parameters they were first used with.")
}
