/// A simulated fault.
package struct Fault: Sendable, Hashable {
    /// The kind of fault.
    package enum Kind: String, Sendable, CaseIterable {
        /// The connection closes before anything is done.
        case dropBeforeCommit = "drop-before"
        /// The payment is booked, then the connection closes without a reply.
        case commitThenDrop = "commit-then-drop"
        /// The payment is booked, then the connection closes in the middle of the reply.
        case closeMidReply = "mid-reply"
        /// The request waits before anything is done.
        case slow
        /// The payment is booked at once, and the reply waits.
        case lateReply = "late-reply"
        /// Nothing is done. The answer is 500, also for repetitions with the same idempotency key.
        case error500 = "500"
        /// The payment is booked. The answer is 500, also for repetitions with the same idempotency key.
        case commitThen500 = "commit-then-500"
        /// 409, as when another request with the same key is in progress.
        case conflict = "409"
        /// 429, too many requests.
        case rateLimit = "429"
        /// Each webhook is sent twice.
        case duplicateWebhook = "duplicate-webhook"
        /// A webhook is delayed until the next one was sent.
        case webhookOutOfOrder = "webhook-out-of-order"
    }

    package var kind: Kind
    /// Seconds that ``Kind/slow`` and ``Kind/lateReply`` wait.
    package var delay: Double
    /// How many times it still occurs; `nil` for always.
    package var remaining: Int?
    /// The share of requests that it affects, 0 to 1.
    package var probability: Double
    /// Whether look-ups (GET) are affected too, not only payments (POST).
    package var appliesToLookUps: Bool

    package init(
        _ kind: Kind, delay: Double = 1, times: Int? = nil, probability: Double = 1, appliesToLookUps: Bool = false
    ) {
        self.kind = kind
        self.delay = delay
        remaining = times
        self.probability = probability
        self.appliesToLookUps = appliesToLookUps
    }

    /// A fault in the syntax of the command line: `KIND[=SECONDS][*TIMES][@PROBABILITY][:any]`.
    ///
    /// - Throws: ``FaultSyntaxError`` with the part that cannot be read.
    package init(_ text: some StringProtocol) throws(FaultSyntaxError) {
        var rest = Substring(text)
        func taken(after mark: Character) -> Substring? {
            guard let position = rest.lastIndex(of: mark) else { return nil }
            defer { rest = rest[..<position] }
            return rest[rest.index(after: position)...]
        }
        let scope = taken(after: ":")
        let share = taken(after: "@")
        let times = taken(after: "*")
        let seconds = taken(after: "=")
        guard let kind = Kind(rawValue: String(rest)) else {
            throw FaultSyntaxError(
                text: String(text),
                reason: "its kind is none of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.init(kind)
        if let scope {
            guard scope == "any" else {
                throw FaultSyntaxError(text: String(text), reason: "only 'any' can follow ':'")
            }
            appliesToLookUps = true
        }
        if let share {
            guard let value = Double(share), (0...1).contains(value) else {
                throw FaultSyntaxError(text: String(text), reason: "a probability from 0 to 1 follows '@'")
            }
            probability = value
        }
        if let times {
            guard let value = Int(times), value > 0 else {
                throw FaultSyntaxError(text: String(text), reason: "a number of times above 0 follows '*'")
            }
            remaining = value
        }
        if let seconds {
            guard let value = Double(seconds), (0...3600).contains(value) else {
                throw FaultSyntaxError(text: String(text), reason: "seconds from 0 to 3600 follow '='")
            }
            delay = value
        }
    }

    /// Faults separated by commas.
    package static func list(_ text: String) throws(FaultSyntaxError) -> [Fault] {
        var faults: [Fault] = []
        for part in text.split(separator: ",") { faults.append(try Fault(part)) }
        return faults
    }

    /// The fault in the syntax of ``init(_:)``.
    package var text: String {
        var text = kind.rawValue
        if kind == .slow || kind == .lateReply { text += "=\(delay)" }
        if let remaining { text += "*\(remaining)" }
        if probability < 1 { text += "@\(probability)" }
        return appliesToLookUps ? text + ":any" : text
    }
}

/// A fault that cannot be read, and why.
package struct FaultSyntaxError: Error, Sendable, Equatable {
    package let text: String
    package let reason: String
}

/// The remaining faults. One is drawn for each request.
struct FaultPlan: Sendable {
    private(set) var faults: [Fault]
    private var generator = SystemRandomNumberGenerator()

    init(_ faults: [Fault] = []) {
        self.faults = faults
    }

    /// The fault of the next request: the first one in the list that its probability selects; `nil` if none is
    /// selected.
    mutating func next(isLookUp: Bool) -> Fault? {
        draw { ![.duplicateWebhook, .webhookOutOfOrder].contains($0.kind) && (!isLookUp || $0.appliesToLookUps) }
    }

    /// Whether the next webhook is affected by `kind`.
    mutating func nextWebhook(_ kind: Fault.Kind) -> Bool {
        draw { $0.kind == kind } != nil
    }

    private mutating func draw(_ applies: (Fault) -> Bool) -> Fault? {
        for index in faults.indices where applies(faults[index]) {
            guard Double.random(in: 0..<1, using: &generator) < faults[index].probability else { continue }
            let fault = faults[index]
            if let remaining = fault.remaining {
                faults[index].remaining = remaining - 1
                if remaining == 1 { faults.remove(at: index) }
            }
            return fault
        }
        return nil
    }
}
