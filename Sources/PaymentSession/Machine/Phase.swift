/// Where a machine stands, with the data that exist there and nowhere else: digits are gone with the phase that held
/// them.
enum Phase: ~Copyable, Sendable {
    /// Nothing has begun.
    case idle
    /// The line is secured, no capture is on.
    case secured
    /// The caller keys one field.
    case collecting(Capture)
    /// Every field is in.
    case complete(CompleteFields)
    /// The payment is ordered, and nobody has taken its card yet.
    case submitting(OrderedPayment)
    /// The gateway has the card.
    case awaiting(PaymentOrder, PendingDisposition)
    /// The gateway said no; the agent may take another card.
    case declined(Decline)
    /// A late approval is being taken back.
    case voiding(Approval)
    /// Over, for good.
    case ended(SessionEnd)

    /// The phase moved out; `idle` is left until the next one is set.
    mutating func take() -> Phase {
        var taken = Phase.idle
        swap(&taken, &self)
        return taken
    }

    /// What others are told of it.
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

    /// How many digits are held.
    var heldDigits: Int {
        switch self {
        case .collecting(let capture): capture.entry.digits.count + capture.fields.heldDigits
        case .complete(let fields): fields.card.heldDigits
        case .submitting(let payment): payment.card.heldDigits
        default: 0
        }
    }

    /// How many digits of the field that is being keyed are in.
    var enteredDigits: Int {
        switch self {
        case .collecting(let capture): capture.entry.digits.count
        default: 0
        }
    }

    /// Whether a payment is ordered whose card nobody has taken.
    var holdsUntakenCard: Bool {
        switch self {
        case .submitting: true
        default: false
        }
    }

    /// What the gateway is asked for, once it has the card.
    var awaitedOrder: PaymentOrder? {
        switch self {
        case .awaiting(let order, _): order
        default: nil
        }
    }
}

// MARK: - Data moved out

extension Phase {
    /// The capture that is on; `nil`, with nothing moved, where none is.
    mutating func takeCapture() -> Capture? {
        guard case .collecting = state, case .collecting(let capture) = take() else { return nil }
        return capture
    }

    /// Every field, where all are in; `nil`, with nothing moved, otherwise.
    mutating func takeComplete() -> CompleteFields? {
        guard case .complete = state, case .complete(let fields) = take() else { return nil }
        return fields
    }

    /// The card of a payment that is ordered, which the gateway has from here on; `nil`, with nothing moved, where none
    /// is ordered or its card is taken.
    mutating func takeCard() -> CardDetails? {
        guard holdsUntakenCard, case .submitting(let payment) = take() else { return nil }
        self = .awaiting(payment.order, .wanted)
        return payment.card
    }

    /// The fields that are in so far.
    mutating func takeFields() -> CapturedFields {
        switch take() {
        case .collecting(let capture): return capture.fields
        case .complete(let fields): return CapturedFields(fields)
        default: return CapturedFields()
        }
    }
}

/// What the gateway is to be asked for, with the card it is to be paid by.
struct OrderedPayment: ~Copyable, Sendable {
    let order: PaymentOrder
    let card: CardDetails
}
