import DTMF
import PaymentSession

/// A session driven by hand: keys come 200 ms apart, the card is taken when a submission is ordered.
struct SessionDriver: ~Copyable {
    var machine: PaymentMachine
    /// Where its digits lie.
    let store: CountingStore
    var time: Duration = .zero
    /// Everything that was ordered so far.
    var actions: [SessionAction] = []
    /// How many cards were handed out.
    var cardsTaken = 0

    static let approval = Approval(paymentID: "pi_1")
    static let refusal = Decline(code: GatewayCode("card_declined")!, declineCode: GatewayCode("insufficient_funds"))

    init(
        profile: KeypadProfile = .keyivr, fields: [CaptureField] = [],
        submission: SessionSettings.Submission = .automatic,
        brands: Set<CardBrand> = Set(CardBrand.allCases), month: (Int, Int) = (11, 2026),
        store: CountingStore = CountingStore()
    ) {
        self.store = store
        machine = PaymentMachine(
            SessionSettings(
                sessionID: "call-1", amount: 4200, currency: "GBP", reference: nil, fields: fields, brands: brands,
                profile: profile, submission: submission, month: CardExpiry(month: month.0, year: month.1)!),
            secrets: store)
    }

    /// What `event` led to.
    @discardableResult
    mutating func send(_ event: SessionEvent, after pause: Duration = .milliseconds(200)) -> [SessionAction] {
        time += pause
        let new = machine.handle(event, at: time)
        actions += new
        for case .submit in new where takesCards {
            if machine.takeCard() != nil { cardsTaken += 1 }
        }
        return new
    }

    /// Whether a submission's card is taken at once, as a driver does.
    var takesCards = true

    @discardableResult
    mutating func command(_ command: AgentCommand) -> [SessionAction] { send(.command(command)) }

    /// What the last of `keys` led to.
    @discardableResult
    mutating func keys(_ keys: String) -> [SessionAction] {
        var last: [SessionAction] = []
        for character in keys { last = send(.key(Key(character)!)) }
        return last
    }

    /// What the passing of `duration` led to.
    @discardableResult
    mutating func wait(_ duration: Duration) -> [SessionAction] { send(.tick, after: duration) }

    /// A session whose caller keyed a whole valid card after the capture began.
    mutating func keyCard(_ number: String = "4242424242424242", expiry: String = "1230", code: String = "123") {
        keys("\(number)*\(expiry)*\(code)*")
    }

    var state: SessionState { machine.state }
    var submissions: [PaymentOrder] {
        actions.compactMap { if case .submit(let order) = $0 { order } else { nil } }
    }
    var rejections: [FieldError] {
        actions.compactMap { if case .notify(.fieldRejected(_, let error, _)) = $0 { error } else { nil } }
    }
    var refusals: [CommandRefusal] {
        actions.compactMap { if case .refuse(_, let refusal) = $0 { refusal } else { nil } }
    }
}
