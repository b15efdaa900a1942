import DTMF
import LineControl
import PaymentSession
import Testing

/// The rows of the case table, by name.
@Suite struct `Case table` {
    // MARK: Bad Luhn or length

    @Test func `a wrong check digit is found at the end key, clears the field, counts a try and is reported`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keys("4242424242424241")
        #expect(session.rejections.isEmpty)
        let actions = session.keys("*")
        #expect(actions.contains(.notify(.fieldRejected(.cardNumber, .checkDigit, attemptsLeft: 2))))
        #expect(actions.contains(.prompt(.again(.cardNumber, .checkDigit))))
        #expect(session.state == .collecting(.cardNumber))
        #expect(session.machine.agentView.fields[0].status == .entering(digits: 0))
        #expect(session.machine.heldDigits == 0)
    }

    @Test(arguments: ["42424242424242*", "424242424242424242*", "37828224631000*", "4*", "42424242424242424242*"])
    func `a wrong length is reported as such`(keys: String) {
        var session = SessionDriver()
        session.command(.collect)
        session.keys(keys)
        #expect(session.rejections == [.wrongLength])
    }

    @Test func `a wrong number is corrected by the next try`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keys("4242424242424241*")
        session.keyCard()
        #expect(session.submissions.count == 1)
    }

    @Test func `as many wrong tries as the profile allows end the session`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keys("4242424242424241*4242424242424241*4242424242424241*")
        #expect(session.state == .ended(.tooManyAttempts(.cardNumber)))
        #expect(session.machine.line == .open)
        #expect(session.submissions.isEmpty)
    }

    // MARK: Amex

    @Test(arguments: [
        ("4242424242424242", CardBrand.visa, 3), ("4000056655665556", .visa, 3), ("5555555555554444", .mastercard, 3),
        ("2223003122003222", .mastercard, 3), ("378282246310005", .amex, 4), ("371449635398431", .amex, 4),
        ("6011111111111117", .discover, 3), ("3056930009020004", .diners, 3), ("3566002020360505", .jcb, 3),
        ("6200000000000005", .unionpay, 3),
    ])
    func `the brand comes from the IIN and says how long the security code is`(
        number: String, brand: CardBrand, codeLength: Int
    ) {
        var session = SessionDriver()
        session.command(.collect)
        session.keys("\(number)*1230*")
        #expect(session.machine.agentView.card?.brand == brand)
        #expect(session.machine.agentView.card?.lastFour == String(number.suffix(4)))
        session.keys("\("99999".prefix(7 - codeLength))*")
        #expect(session.rejections == [.wrongLength])
        session.keys("\("9999".prefix(codeLength))*")
        #expect(session.submissions.count == 1)
    }

    @Test(arguments: [(13, true), (14, false), (15, false), (16, true), (17, false), (18, false), (19, true)])
    func `a Visa number has 13, 16 or 19 digits`(length: Int, isTaken: Bool) {
        var session = SessionDriver()
        session.command(.collect)
        session.keys(number(startingWith: "4", length: length) + "*")
        #expect(session.rejections == (isTaken ? [] : [.wrongLength]))
    }

    @Test func `a brand that is not taken is refused by its own name`() {
        var session = SessionDriver(brands: [.visa])
        session.command(.collect)
        session.keys("378282246310005*")
        #expect(session.rejections == [.brandNotTaken])
        #expect(FieldError.brandNotTaken.code(for: .cardNumber) == "invalid-card-type")
    }

    // MARK: Expiry

    @Test(
        arguments: [
            ("1126", nil), ("1226", nil), ("0127", nil), ("1026", FieldError.expired), ("1225", .expired),
            ("0030", .notADate), ("1330", .notADate), ("123", .wrongLength), ("12300", .wrongLength),
        ] as [(String, FieldError?)])
    func `an expiry is valid to the end of its month and refused before the security code`(
        keys: String, error: FieldError?
    ) {
        var session = SessionDriver(month: (11, 2026))
        session.command(.collect)
        session.keys("4242424242424242*\(keys)*")
        #expect(session.rejections == (error.map { [$0] } ?? []))
        #expect(session.state == .collecting(error == nil ? .securityCode : .expiry))
    }

    // MARK: Timeout

    @Test(arguments: [KeypadProfile.keyivr, .hash, .slow])
    func `the four timers are independent`(profile: KeypadProfile) {
        var waiting = SessionDriver(profile: profile)
        waiting.command(.collect)
        #expect(waiting.wait(profile.firstDigitTimeout - .milliseconds(1)).isEmpty)
        waiting.wait(.milliseconds(1))
        #expect(waiting.rejections == [.timeout(.firstDigit)])

        var pausing = SessionDriver(profile: profile)
        pausing.command(.collect)
        pausing.keys("4")
        pausing.wait(profile.interDigitTimeout)
        #expect(pausing.rejections == [.timeout(.interDigit)])

        var dawdling = SessionDriver(profile: profile)
        dawdling.command(.collect)
        let step = profile.interDigitTimeout - .milliseconds(1)
        while dawdling.rejections.isEmpty { dawdling.send(.key(.four), after: step) }
        #expect(dawdling.rejections == [.timeout(.field)])

        var straying = SessionDriver(profile: profile)
        straying.command(.secure)
        straying.wait(profile.sessionTimeout)
        #expect(straying.state == .ended(.timedOut(.session)))
    }

    @Test func `an incomplete field is never submitted`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keys("4242424242424242*1230*123")
        session.wait(.seconds(100))
        #expect(session.submissions.isEmpty)
        #expect(session.state == .ended(.timedOut(.firstDigit)))
        #expect(session.machine.heldDigits == 0)
    }

    @Test func `a caller who enters nothing ends by time-out`() {
        var session = SessionDriver()
        session.command(.collect)
        session.wait(.seconds(60))
        #expect(session.state == .ended(.timedOut(.firstDigit)))
    }

    // MARK: Recollect

    @Test(arguments: CaptureField.card)
    func `any captured field can be recollected, and the payment still succeeds`(field: CaptureField) {
        var session = SessionDriver(submission: .byAgent)
        session.command(.collect)
        session.keyCard()
        #expect(session.state == .complete)
        session.command(.recollect(field))
        #expect(session.state == .collecting(field))
        switch field {
        case .cardNumber: session.keys("5555555555554444*321*")
        case .expiry: session.keys("0131*")
        default: session.keys("321*")
        }
        #expect(session.state == .complete)
        session.command(.submit)
        #expect(session.submissions.count == 1)
        #expect(session.cardsTaken == 1)
    }

    @Test func `fields are recollected in any order, ahead of their turn as well`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keys("4242")
        session.command(.recollect(.expiry))
        session.keys("1230*")
        #expect(session.state == .collecting(.cardNumber))
        session.command(.recollect(.securityCode))
        session.keys("123*")
        #expect(session.state == .collecting(.cardNumber))
        session.keys("4242424242424242*")
        #expect(session.state == .collecting(.securityCode), "a new number makes the earlier code void")
        session.keys("123*")
        #expect(session.submissions.count == 1)
    }

    @Test func `a new card number clears security code and brand`() {
        var session = SessionDriver(submission: .byAgent)
        session.command(.collect)
        session.keyCard()
        session.command(.recollect(.cardNumber))
        #expect(session.machine.agentView.card == nil)
        #expect(session.machine.agentView.fields.map(\.status) == [.entering(digits: 0), .given, .waiting])
        #expect(session.machine.heldDigits == 0)
        session.keys("378282246310005*")
        #expect(session.state == .collecting(.securityCode))
        session.keys("123*")
        #expect(session.rejections == [.wrongLength])
    }

    // MARK: Hang-up mid-entry

    @Test(arguments: ["", "4242", "4242424242424242*", "4242424242424242*1230*", "4242424242424242*1230*12"])
    func `a hang-up during an entry erases the digits and ends without a submission`(keys: String) {
        var session = SessionDriver()
        session.command(.collect)
        session.keys(keys)
        session.send(.hangUp)
        #expect(session.state == .ended(.callerHungUp))
        #expect(session.machine.heldDigits == 0)
        session.keys("123*")
        session.command(.submit)
        #expect(session.state == .ended(.callerHungUp))
        #expect(session.submissions.isEmpty)
    }

    // MARK: Hang-up or cancel during the gateway call

    @Test func `a hang-up during the gateway call lets it finish and records it`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keyCard()
        session.send(.hangUp)
        #expect(session.state == .submitted(.callerGone))
        session.send(.answered(.approved(SessionDriver.approval), attempt: 1))
        #expect(session.state == .ended(.approved(SessionDriver.approval)))
    }

    @Test func `a late approval after a cancel is voided, and both are shown`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keyCard()
        session.command(.cancel)
        #expect(session.state == .submitted(.cancelled(.agent)))
        let actions = session.send(.answered(.approved(SessionDriver.approval), attempt: 1))
        #expect(actions.contains(.notify(.voiding(SessionDriver.approval))))
        #expect(actions.contains(.void(paymentID: "pi_1", idempotencyKey: "call-1-1-void")))
        session.send(.voidAnswered(.voided))
        #expect(session.machine.agentView.state == .ended(.voided(SessionDriver.approval, .voided)))
    }

    @Test func `a late decline after a cancel is a cancel`() {
        var session = SessionDriver(profile: .hash)
        session.command(.collect)
        session.keys("4242424242424242#1230#123#")
        session.keys("*")
        session.send(.answered(.declined(SessionDriver.refusal), attempt: 1))
        #expect(session.state == .ended(.cancelled(.caller)))
    }

    @Test(arguments: [PendingDisposition.wanted, .callerGone, .cancelled(.agent)])
    func `an unknown outcome stays unknown in every disposition`(standing: PendingDisposition) {
        var session = SessionDriver()
        session.command(.collect)
        session.keyCard()
        if standing == .callerGone { session.send(.hangUp) }
        if standing == .cancelled(.agent) { session.command(.cancel) }
        #expect(session.state == .submitted(standing))
        session.send(.answered(.unknown(paymentID: nil), attempt: 1))
        #expect(session.state == .ended(.unknown(paymentID: nil)))
    }

    // MARK: Second session on a call

    @Test func `a second session on a call is refused`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keys("4242")
        session.command(.collect)
        session.command(.secure)
        #expect(session.refusals == [.sessionInProgress, .sessionInProgress])
        #expect(session.machine.agentView.fields[0].status == .entering(digits: 4), "the first goes on undisturbed")
    }

    // MARK: Digits outside a capture on a secured line

    @Test func `digits outside a capture on a secured line are dropped`() {
        var session = SessionDriver(submission: .byAgent)
        session.command(.secure)
        #expect(session.machine.line == .secured)
        #expect(session.keys("4") == [.notify(.keyDropped)])
        #expect(session.machine.heldDigits == 0)
        session.command(.collect)
        session.keyCard()
        #expect(session.keys("9") == [.notify(.keyDropped)])
        session.command(.submit)
        #expect(session.keys("9") == [.notify(.keyDropped)])
        session.send(.answered(.declined(SessionDriver.refusal), attempt: 1))
        #expect(session.machine.line == .secured)
        #expect(session.keys("9") == [.notify(.keyDropped)])
        #expect(session.machine.heldDigits == 0)
    }

    // MARK: Decline

    @Test func `a decline takes another card with a new attempt and a new key for the same payment`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keyCard("4000000000009995")
        let actions = session.send(.answered(.declined(SessionDriver.refusal), attempt: 1))
        #expect(session.state == .declined(SessionDriver.refusal))
        #expect(actions.contains(.notify(.declined(SessionDriver.refusal))))
        #expect(actions.contains(.prompt(.declined)), "the caller hears that it was declined and not why")
        session.command(.anotherCard)
        #expect(session.machine.agentView.card == nil)
        session.keyCard()
        session.send(.answered(.approved(SessionDriver.approval), attempt: 2))
        #expect(session.state == .ended(.approved(SessionDriver.approval)))
        let orders = session.submissions
        #expect(orders.map(\.idempotencyKey) == ["call-1-1", "call-1-2"])
        #expect(Set(orders.map(\.sessionID)).count == 1 && Set(orders.map(\.amount)) == [4200])
        #expect(session.cardsTaken == 2)
    }

    @Test func `the last card a profile allows ends with its decline`() {
        var session = SessionDriver()
        session.command(.collect)
        for attempt in 1...3 {
            session.keyCard()
            session.send(.answered(.declined(SessionDriver.refusal), attempt: attempt))
            if attempt < 3 { session.command(.anotherCard) }
        }
        #expect(session.state == .ended(.declined(SessionDriver.refusal)))
    }

    // MARK: Detector, ledger or log failure

    @Test(arguments: CriticalComponent.allCases)
    func `a failed part mutes both legs and they stay muted`(part: CriticalComponent) {
        var session = SessionDriver()
        session.command(.collect)
        session.keys("4242")
        let actions = session.send(.failure(part))
        #expect(actions.first == .line(.muted))
        #expect(session.state == .ended(.failed(part)))
        #expect(session.machine.heldDigits == 0)
        session.command(.cancel)
        session.send(.hangUp)
        #expect(session.machine.line == .muted)
    }

    @Test func `without memory for a digit both legs are muted and no money is taken`() {
        var session = SessionDriver(store: CountingStore(most: 1))
        session.command(.collect)
        session.keys("4242424242424242*")
        #expect(session.state == .collecting(.expiry))
        let actions = session.keys("1")
        #expect(actions.first == .line(.muted))
        #expect(session.state == .ended(.failed(.lockedMemory)))
        #expect(session.store.live == 0)
    }

    @Test func `a component that fails during the gateway call does not return money`() {
        var session = SessionDriver()
        session.command(.collect)
        session.keyCard()
        session.send(.failure(.ledger))
        session.send(.answered(.approved(SessionDriver.approval), attempt: 1))
        #expect(session.state == .ended(.approved(SessionDriver.approval)))
        #expect(session.machine.line == .muted)
    }

    @Test(arguments: [true, false])
    func `a cancel during the gateway call voids an approval, whatever else failed`(cancelsFirst: Bool) {
        var session = SessionDriver()
        session.command(.collect)
        session.keyCard()
        if cancelsFirst { session.command(.cancel) }
        session.send(.failure(.recorder))
        if !cancelsFirst { session.command(.cancel) }
        session.send(.answered(.approved(SessionDriver.approval), attempt: 1))
        #expect(session.state == .voiding(SessionDriver.approval))
        session.send(.voidAnswered(.failed))
        #expect(session.state == .ended(.voided(SessionDriver.approval, .failed)))
        #expect(session.machine.line == .muted)
    }
}

/// A number of `length` digits that passes the Luhn check.
func number(startingWith prefix: String, length: Int) -> String {
    let body = Array(prefix.utf8.map { Int($0) - 48 }) + Array(repeating: 7, count: length - prefix.count - 1)
    var sum = 0
    for (offset, digit) in body.reversed().enumerated() {
        let weighted = offset % 2 == 0 ? digit * 2 : digit
        sum += weighted / 10 + weighted % 10
    }
    return body.map(String.init).joined() + String((10 - sum % 10) % 10)
}
