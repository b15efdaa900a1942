/// A state of the machine with the data that exists only there. Digits are gone with the phase that held them.
enum Phase: ~Copyable, Sendable {
    /// Nothing has begun.
    case idle
    /// The line is secured. There is no capture.
    case secured
    /// The caller is keying a field.
    case collecting(Capture)
    /// Every field is captured.
    case complete(CompleteFields)
    /// The payment is ordered, and its card has not been taken.
    case submitting(OrderedPayment)
    /// The gateway has the card.
    case awaiting(PaymentOrder, PendingDisposition)
    /// The payment was declined. The agent may take another card.
    case declined(Decline)
    /// A late approval is being voided.
    case voiding(Approval)
    /// The session has ended.
    case ended(SessionEnd)

    /// Moves the phase out. `idle` remains until the next phase is set.
    mutating func take() -> Phase {
        var taken = Phase.idle
        swap(&taken, &self)
        return taken
    }

    /// The public state of the phase.
    var state: SessionState {
        switch self {
        case .idle: .idle
        case .secured: .secured
        case .collecting(let capture): .collecting(capture.entry.field)
        case .complete: .complete
        case .submitting: .submitted(.wanted)
        case .awaiting(_, let disposition): .submitted(disposition)
        case .declined(let decline): .declined(decline)
        case .voiding(let approval): .voiding(approval)
        case .ended(let end): .ended(end)
        }
    }

    /// Number of digits held.
    var heldDigits: Int {
        switch self {
        case .collecting(let capture): capture.entry.digits.count + capture.fields.heldDigits
        case .complete(let fields): fields.card.heldDigits
        case .submitting(let payment): payment.card.heldDigits
        default: 0
        }
    }

    /// Number of digits keyed in the present field.
    var enteredDigits: Int {
        switch self {
        case .collecting(let capture): capture.entry.digits.count
        default: 0
        }
    }

    /// Whether a payment is ordered and its card has not been taken.
    var holdsUntakenCard: Bool {
        switch self {
        case .submitting: true
        default: false
        }
    }

    /// The order that the gateway is processing, once it has the card.
    var awaitedOrder: PaymentOrder? {
        switch self {
        case .awaiting(let order, _): order
        default: nil
        }
    }
}

// MARK: - Data moved out

extension Phase {
    /// Moves the capture out; `nil`, with nothing moved, if there is none.
    mutating func takeCapture() -> Capture? {
        guard case .collecting = state, case .collecting(let capture) = take() else { return nil }
        return capture
    }

    /// Moves the complete fields out; `nil`, with nothing moved, if a field is missing.
    mutating func takeComplete() -> CompleteFields? {
        guard case .complete = state, case .complete(let fields) = take() else { return nil }
        return fields
    }

    /// Moves the card of the ordered payment out, for the gateway; `nil`, with nothing moved, if no payment is ordered
    /// or its card was taken.
    mutating func takeCard() -> CardDetails? {
        guard holdsUntakenCard, case .submitting(let payment) = take() else { return nil }
        self = .awaiting(payment.order, .wanted)
        return payment.card
    }

    /// Moves the fields captured so far out.
    mutating func takeFields() -> CapturedFields {
        switch take() {
        case .collecting(let capture): return capture.fields
        case .complete(let fields): return CapturedFields(fields)
        default: return CapturedFields()
        }
    }
}

/// An order for the gateway, and the card that pays it.
struct OrderedPayment: ~Copyable, Sendable {
    let order: PaymentOrder
    let card: CardDetails
}
