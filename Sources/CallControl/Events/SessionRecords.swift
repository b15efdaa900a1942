import Currencies
internal import LineControl
import PaymentSession

/// Who speaks the prompts to the caller: the agent, or a machine (IVR).
package enum PromptStyle: String, Sendable, CaseIterable { case agent, ivr }

/// A session's events as records, the same for `pay`, `live` and a server.
///
/// Every record has `at` (seconds since the call began), `time` (wall clock), `session` and `call`. It has
/// `idempotency_key` from the first attempt on, and `"test":true` if no money moves.
package struct SessionRecords: Sendable {
    private let prompts: PromptStyle?

    package init(prompts: PromptStyle?) { self.prompts = prompts }

    /// The record of `event`; `nil` for a prompt if prompts are not wanted.
    package func record(_ event: CallEvent) -> EventRecord? {
        var record = EventRecord()
        record.add("at", event.time.seconds, decimals: 3)
        record.add("time", WallClock.text(event.clock))
        switch event.kind {
        case .notice(let notice): add(notice, event.view, to: &record)
        case .line(let condition):
            record.add("event", "line")
            record.add("condition", condition.rawValue)
        case .refused(let word, let refusal):
            record.add("event", "refused")
            record.add("command", word)
            record.add("reason", refusal.name)
        case .noLedger: record.add("event", "no-ledger")
        case .prompt(let prompt):
            guard let prompts else { return nil }
            record.add("event", "prompt")
            record.add("prompt", prompt.name)
            if prompts == .agent { record.add("say", prompt.script(event.view)) }
        }
        record.disclose("session", SessionName(event.payment.session))
        record.disclose("call", CallName(event.payment.call))
        if let key = event.payment.idempotencyKey { record.disclose("idempotency_key", IdempotencyKey(key)) }
        if event.view.isTest { record.add("test", true) }
        return record
    }

    private func add(_ notice: SessionNotice, _ view: AgentView, to record: inout EventRecord) {
        func event(_ name: String, _ field: CaptureField? = nil) {
            record.add("event", name)
            if let field { record.add("field", field.rawValue) }
        }
        switch notice {
        case .secured: event("secured")
        case .fieldBegan(let field): event("field", field)
        case .digitEntered(let field, let digits):
            event("digit", field)
            record.disclose("digits", DigitCount(digits))
        case .keyDropped: event("dropped")
        case .fieldCleared(let field): event("cleared", field)
        case .fieldSkipped(let field): event("skipped", field)
        case .fieldAccepted(let field):
            event("accepted", field)
            if field == .cardNumber { add(view.card, to: &record) }
            if field == .expiry, let expiry = view.expiry { record.disclose("expiry", expiry) }
        case .fieldRejected(let field, let error, let attemptsLeft):
            event("rejected", field)
            record.disclose("error", FieldErrorCode(error, in: field))
            record.add("detail", error.words)
            record.add("attempts_left", attemptsLeft)
        case .complete: event("complete")
        case .submitted(let attempt):
            event("submitted")
            record.disclose("attempt", AttemptNumber(attempt))
            if let money = Money(view.amount, view.currency) { record.disclose("amount", money) }
        case .declined(let decline):
            event("declined")
            add(decline, to: &record)
        case .awaitingAnswer(let standing):
            event("awaiting-answer")
            record.add("standing", standing.words)
        case .voiding(let approval):
            event("voiding")
            record.disclose("payment", PaymentName(approval.paymentID))
        case .ended(let end): add(end, view, to: &record)
        }
    }

    private func add(_ end: SessionEnd, _ view: AgentView, to record: inout EventRecord) {
        record.add("event", "ended")
        record.disclose("outcome", OutcomeWord(end))
        add(view.card, to: &record)
        if let expiry = view.expiry { record.disclose("expiry", expiry) }
        if view.attempt > 0 { record.disclose("attempt", AttemptNumber(view.attempt)) }
        switch end {
        case .approved(let approval), .voided(let approval, _):
            if let money = Money(view.amount, view.currency) { record.disclose("amount", money) }
            record.disclose("payment", PaymentName(approval.paymentID))
            record.disclose("security_code_check", approval.securityCodeCheck)
            record.disclose("house_number_check", approval.houseNumberCheck)
            record.disclose("postcode_check", approval.postcodeCheck)
        case .declined(let decline): add(decline, to: &record)
        case .cancelled(let party): record.add("by", party.rawValue)
        case .timedOut(let timer): record.add("timer", timer.rawValue)
        case .tooManyAttempts(let field): record.add("field", field.rawValue)
        case .rejected(let refusal):
            record.add("status", refusal.status)
            if let code = refusal.code { record.disclose("code", code) }
        case .unknown(let paymentID): if let paymentID { record.disclose("payment", PaymentName(paymentID)) }
        case .failed(let part): record.add("part", part.rawValue)
        case .callerHungUp, .lineLost, .gatewayUnreachable: break
        }
    }

    private func add(_ decline: Decline, to record: inout EventRecord) {
        record.disclose("code", decline.code)
        if let declineCode = decline.declineCode { record.disclose("decline_code", declineCode) }
        if let paymentID = decline.paymentID { record.disclose("payment", PaymentName(paymentID)) }
    }

    private func add(_ card: MaskedCard?, to record: inout EventRecord) {
        guard let card else { return }
        record.disclose("brand", card.brand)
        record.disclose("last_four", card.ending)
    }
}

extension EventRecord {
    /// Adds an element that the event stream may show. Numbers stay numbers. An amount is written as text in major
    /// units, with the count of its smallest unit beside it.
    fileprivate mutating func disclose(_ name: String, _ element: some DashboardDisclosable) {
        switch element {
        case let digits as DigitCount: add(name, digits.count)
        case let attempt as AttemptNumber: add(name, attempt.number)
        case let money as Money:
            add(name, money.decimal)
            add(name + "_minor", money.minorUnits)
            add("currency", money.currency.code)
        default: add(name, element.disclosed)
        }
    }
}
