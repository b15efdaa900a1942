import DTMF
import Foundation
import PaymentSession
import Support
import Testing

/// Random sequences of events never pay what may not be paid, and never show what may not be shown.
///
/// A plain model beside the machine knows what was keyed, ordered and answered; after each event it is held against the
/// machine.
@Suite(.ownThread) struct `Random event sequences` {
    static let sequences = 100_000

    /// Another one each time; a run is repeated by `TONEWALL_SEED`.
    static let seed = SeededGenerator.seedOfRun(in: 0 ... .max)

    @Test(arguments: [seed])
    func `never submit what is cancelled or incomplete, never pay twice, never show more`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ends: [String: Int] = [:]
        for _ in 0..<Self.sequences {
            var walk = RandomWalk(&random)
            for _ in 0..<Int.random(in: 4...40, using: &random) {
                walk.step(&random)
                if let flaw = walk.flaw {
                    Issue.record("seed \(seed): \(flaw) after \(walk.history)")
                    return
                }
            }
            ends[walk.summary, default: 0] += 1
        }
        // The walk is worth nothing where it never gets anywhere.
        for end in [
            "approved", "declined", "cancelled", "voided", "timedOut", "tooManyAttempts", "callerHungUp", "unknown",
        ] {
            #expect(ends[end, default: 0] > 50, "seed \(seed): \(ends)")
        }
    }
}

/// One session under random events, and the knowledge of a plain observer.
private struct RandomWalk: ~Copyable {
    private let store = CountingStore()
    private var machine: PaymentMachine
    private let profile: KeypadProfile
    private var time: Duration = .zero
    private var cards: [Int] = []
    private var answered = 0
    private var approvals = 0
    private var voids = 0
    private var isCancelled = false
    private var hasEnded = false
    private(set) var history: [SessionEvent] = []
    private(set) var flaw: String?

    private static let numbers = ["4242424242424242", "378282246310005", "5555555555554444", "4242424242424241", "42"]
    private static let codes = ["123", "1234", "12"]
    private static let expiries = ["1230", "0127", "1025", "1330", "1"]

    init(_ random: inout SeededGenerator) {
        profile = KeypadProfile.builtIn.randomElement(using: &random)!
        let extra: [CaptureField] = [[], [.houseNumber, .postcode], [.accountNumber], [.postcode]].randomElement(
            using: &random)!
        let brands: Set<CardBrand> = Bool.random(using: &random) ? Set(CardBrand.allCases) : [.visa, .amex]
        machine = PaymentMachine(
            SessionSettings(
                sessionID: "s", amount: 1, currency: "GBP", fields: extra, brands: brands, profile: profile,
                submission: Int.random(in: 0..<4, using: &random) == 0 ? .byAgent : .automatic,
                month: CardExpiry(month: 11, year: 2026)!), secrets: store)
    }

    var summary: String {
        guard case .ended(let end) = machine.state else { return "open" }
        return String("\(end)".prefix { $0 != "(" })
    }

    /// A few events that belong together: a whole field more often than a lone key, so that the walk gets far.
    mutating func step(_ random: inout SeededGenerator) {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<55: keyField(&random)
        case 55..<60: send(.key(Key.allCases.randomElement(using: &random)!), &random)
        case 60..<66: send(.command(.collect), &random)
        case 66..<68: send(.command(.secure), &random)
        case 68..<72: send(.command(.recollect(CaptureField.allCases.randomElement(using: &random)!)), &random)
        case 72..<74: send(.command(.submit), &random)
        case 74..<77: send(.command(.anotherCard), &random)
        case 77..<79: send(.command(.cancel), &random)
        case 79..<81: send(.hangUp, &random)
        case 81:
            send(
                [.lineLost, .failure(CriticalComponent.allCases.randomElement(using: &random)!)].randomElement(
                    using: &random)!, &random)
        case 82..<84:
            time += .seconds(Int.random(in: 1...400, using: &random))
            send(.tick, &random)
        default: answer(&random)
        }
    }

    private mutating func keyField(_ random: inout SeededGenerator) {
        guard case .collecting(let field) = machine.state else { return answer(&random) }
        let isGood = Int.random(in: 0..<8, using: &random) > 0
        let digits =
            switch field {
            case .cardNumber: isGood ? Self.numbers[0] : Self.numbers.randomElement(using: &random)!
            case .expiry: isGood ? Self.expiries[0] : Self.expiries.randomElement(using: &random)!
            case .securityCode: isGood ? Self.codes[0] : Self.codes.randomElement(using: &random)!
            case .accountNumber, .houseNumber, .postcode: isGood ? "12" : Self.numbers.randomElement(using: &random)!
            }
        for digit in digits { send(.key(Key(digit)!), &random) }
        if Int.random(in: 0..<10, using: &random) > 0 { send(.key(profile.submitKey), &random) }
    }

    private mutating func answer(_ random: inout SeededGenerator) {
        let decline = Decline(code: GatewayCode("card_declined")!)
        let outcomes: [PaymentOutcome] = [
            .approved(Approval(paymentID: "pi")), .approved(Approval(paymentID: "pi")), .declined(decline),
            .declined(decline),
            .unknown(paymentID: nil), .unreachable, .rejected(GatewayRefusal(status: 401)),
        ]
        if case .voiding = machine.state {
            return send(.voidAnswered([.voided, .refunded, .failed].randomElement(using: &random)!), &random)
        }
        // Sometimes an answer that is not awaited.
        let attempt =
            Int.random(in: 0..<10, using: &random) == 0 ? Int.random(in: 0...4, using: &random) : machine.attempt
        send(.answered(outcomes.randomElement(using: &random)!, attempt: attempt), &random)
    }

    private mutating func send(_ event: SessionEvent, _ random: inout SeededGenerator) {
        guard flaw == nil else { return }
        history.append(event)
        let before = machine.state
        time += .milliseconds(Int.random(in: 50...400, using: &random))
        let actions = machine.handle(event, at: time)
        note(event, before: before)
        for action in actions { check(action) }
        // A driver takes the card at once; a slow one is overtaken by the next event.
        if Int.random(in: 0..<20, using: &random) > 0 { takeCard() }
        checkView()
    }

    /// What an observer knows of the event itself.
    private mutating func note(_ event: SessionEvent, before: SessionState) {
        switch event {
        case .command(.cancel):
            if case .ended = before {} else if case .voiding = before {} else { isCancelled = true }
        case .answered(let outcome, _):
            guard case .submitted = before, machine.state != before, case .approved = outcome else { return }
            approvals += 1
        default: break
        }
        if case .ended = before, machine.state != before { flaw = "an ended session went on" }
    }

    private mutating func check(_ action: SessionAction) {
        switch action {
        case .submit(let order):
            if isCancelled { flaw = "submitted after a cancel" }
            if approvals > 0 { flaw = "submitted after an approval" }
            if order.attempt != machine.attempt || order.amount != 1 { flaw = "another order than asked" }
            if cards.contains(order.attempt) { flaw = "an attempt submitted twice" }
            if order.attempt > profile.cards { flaw = "more cards than allowed" }
        case .void:
            voids += 1
            if voids > approvals { flaw = "voided what was not approved" }
        case .notify(.ended):
            if hasEnded { flaw = "ended twice" }
            hasEnded = true
        default: break
        }
    }

    private mutating func takeCard() {
        let attempt = machine.attempt
        guard let card = machine.takeCard() else { return }
        if cards.contains(attempt) { flaw = "one attempt's card taken twice" }
        if case .submitted = machine.state {} else { flaw = "a card outside a submission" }
        if !card.brand.numberLengths.contains(card.number.count) { flaw = "an incomplete number" }
        if card.securityCode.count != card.brand.securityCodeLength { flaw = "an incomplete security code" }
        if !card.expiry.isValid(in: CardExpiry(month: 11, year: 2026)!) { flaw = "an expired card" }
        if card.lastFour.count != 4 { flaw = "no last four" }
        cards.append(attempt)
    }

    private mutating func checkView() {
        let view = machine.agentView
        if let card = view.card {
            if card.lastFour.count != 4 { flaw = "more than the last four is shown" }
            let isGiven = view.fields.contains { $0.name == .cardNumber && $0.status == .given }
            if !isGiven { flaw = "brand and last four of a number that is not in" }
        }
        if let account = view.accountNumber, account.count > 11 {
            flaw = "an account number as long as a card's is shown"
        }
        // The whole text of a view is costly to make: now and then will do.
        if history.count % 64 == 0 {
            let text = "\(view)"
            for number in Self.numbers.dropLast() where text.contains(number) { flaw = "a card number is shown" }
        }
        switch machine.state {
        case .ended, .declined:
            if machine.heldDigits > 0 { flaw = "digits are held in \(machine.state)" }
            if machine.nextDeadline != nil, case .ended = machine.state { flaw = "a timer runs after the end" }
        case .submitted where cards.contains(machine.attempt):
            if machine.heldDigits > 0 { flaw = "digits are held after the card was taken" }
        default: break
        }
        if (machine.heldDigits == 0) != (store.live == 0) { flaw = "memory without digits, or digits without memory" }
        if approvals - voids > 1 { flaw = "paid twice" }
        if case .ended(.approved) = machine.state, isCancelled { flaw = "approved after a cancel" }
        if voids > 0, case .ended(.approved) = machine.state { flaw = "approved and voided" }
    }
}
