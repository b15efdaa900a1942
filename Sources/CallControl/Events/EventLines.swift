import TextFormats
import Currencies
import PaymentSession

/// Who tells the caller what to do.
package enum PromptStyle: String, Sendable, CaseIterable { case agent, ivr }

/// A session's events as JSON objects, one a line: the one encoding of `pay` and `live`.
///
/// Every line has `at` (seconds since the call began), `time` (wall clock), `session`, `call`, `idempotency_key` from the first attempt
/// on, and `"test":true` where no money moves.
package struct EventLines: Sendable {
    private let prompts: PromptStyle?

    package init(prompts: PromptStyle?) { self.prompts = prompts }

    /// The line of `event`; `nil` where it is a prompt and nobody asked for prompts.
    package func line(_ event: CallEvent) -> String? {
        var line = JSONLine()
        line.add("at", event.time.seconds, decimals: 3)
        line.add("time", WallClock.text(event.clock))
        switch event.kind {
        case .notice(let notice): add(notice, event.view, to: &line)
        case .line(let condition):
            line.add("event", "line")
            line.add("condition", condition.rawValue)
        case .refused(let word, let refusal):
            line.add("event", "refused")
            line.add("command", word)
            line.add("reason", refusal.name)
        case .noLedger: line.add("event", "no-ledger")
        case .prompt(let prompt):
            guard let prompts else { return nil }
            line.add("event", "prompt")
            line.add("prompt", prompt.name)
            if prompts == .agent { line.add("say", prompt.script(event.view)) }
        }
        line.disclose("session", SessionName(event.payment.session))
        line.disclose("call", CallName(event.payment.call))
        if let key = event.payment.idempotencyKey { line.disclose("idempotency_key", IdempotencyKey(key)) }
        if event.view.isTest { line.add("test", true) }
        return line.line
    }

    private func add(_ notice: SessionNotice, _ view: AgentView, to line: inout JSONLine) {
        func event(_ name: String, _ field: CaptureField? = nil) {
            line.add("event", name)
            if let field { line.add("field", field.rawValue) }
        }
        switch notice {
        case .secured: event("secured")
        case .fieldBegan(let field): event("field", field)
        case .digitEntered(let field, let digits):
            event("digit", field)
            line.disclose("digits", DigitCount(digits))
        case .keyDropped: event("dropped")
        case .fieldCleared(let field): event("cleared", field)
        case .fieldSkipped(let field): event("skipped", field)
        case .fieldAccepted(let field):
            event("accepted", field)
            if field == .cardNumber { add(view.card, to: &line) }
            if field == .expiry, let expiry = view.expiry { line.disclose("expiry", expiry) }
        case .fieldRejected(let field, let error, let attemptsLeft):
            event("rejected", field)
            line.disclose("error", FieldErrorCode(error, in: field))
            line.add("detail", error.words)
            line.add("attempts_left", attemptsLeft)
        case .complete: event("complete")
        case .submitted(let attempt):
            event("submitted")
            line.disclose("attempt", AttemptNumber(attempt))
            if let money = Money(view.amount, view.currency) { line.disclose("amount", money) }
        case .declined(let decline):
            event("declined")
            add(decline, to: &line)
        case .awaitingAnswer(let standing):
            event("awaiting-answer")
            line.add("standing", standing.words)
        case .voiding(let approval):
            event("voiding")
            line.disclose("payment", PaymentName(approval.paymentID))
        case .ended(let end): add(end, view, to: &line)
        }
    }

    private func add(_ end: SessionEnd, _ view: AgentView, to line: inout JSONLine) {
        line.add("event", "ended")
        line.disclose("outcome", OutcomeWord(end))
        add(view.card, to: &line)
        if let expiry = view.expiry { line.disclose("expiry", expiry) }
        if view.attempt > 0 { line.disclose("attempt", AttemptNumber(view.attempt)) }
        switch end {
        case .approved(let approval), .voided(let approval, _):
            if let money = Money(view.amount, view.currency) { line.disclose("amount", money) }
            line.disclose("payment", PaymentName(approval.paymentID))
            line.disclose("security_code_check", approval.securityCodeCheck)
            line.disclose("house_number_check", approval.houseNumberCheck)
            line.disclose("postcode_check", approval.postcodeCheck)
        case .declined(let decline): add(decline, to: &line)
        case .cancelled(let party): line.add("by", party.rawValue)
        case .timedOut(let timer): line.add("timer", timer.rawValue)
        case .tooManyAttempts(let field): line.add("field", field.rawValue)
        case .rejected(let status, let code):
            line.add("status", status)
            if let code { line.disclose("code", code) }
        case .unknown(let paymentID): if let paymentID { line.disclose("payment", PaymentName(paymentID)) }
        case .failed(let part): line.add("part", part.rawValue)
        case .callerHungUp, .lineLost, .gatewayUnreachable: break
        }
    }

    private func add(_ decline: Decline, to line: inout JSONLine) {
        line.disclose("code", decline.code)
        if let declineCode = decline.declineCode { line.disclose("decline_code", declineCode) }
        if let paymentID = decline.paymentID { line.disclose("payment", PaymentName(paymentID)) }
    }

    private func add(_ card: MaskedCard?, to line: inout JSONLine) {
        guard let card else { return }
        line.disclose("brand", card.brand)
        line.disclose("last_four", card.ending)
    }
}

extension JSONLine {
    /// Adds an element that the event stream may tell; numbers stay numbers, and an amount stands in major units, as a text, beside the
    /// count of its smallest unit.
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
