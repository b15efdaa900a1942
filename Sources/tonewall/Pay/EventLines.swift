import PaymentSession
import Pipeline

/// A session's events as JSON objects, one a line.
struct EventLines: EventPrinter {
    var prompts: PromptStyle?

    mutating func print(_ event: CallEvent) {
        var line = JSONLine()
        line.add("at", event.time.seconds, decimals: 3)
        switch event.kind {
        case .notice(let notice): add(notice, event.view, to: &line)
        case .line(let condition):
            line.add("event", "line")
            line.add("condition", condition.rawValue)
        case .refused(let command, let refusal):
            line.add("event", "refused")
            line.add("command", command.words)
            line.add("reason", refusal.name)
        case .prompt(let prompt):
            guard let prompts else { return }
            line.add("event", "prompt")
            line.add("prompt", prompt.name)
            if prompts == .agent { line.add("say", prompt.script(event.view)) }
        }
        StandardOutput.write(line.line)
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
            line.add("digits", digits)
        case .keyDropped: event("dropped")
        case .fieldCleared(let field): event("cleared", field)
        case .fieldSkipped(let field): event("skipped", field)
        case .fieldAccepted(let field):
            event("accepted", field)
            if field == .cardNumber { add(view.card, to: &line) }
            if field == .expiry, let expiry = view.expiry { line.add("expiry", expiry.printed) }
        case .fieldRejected(let field, let error, let attemptsLeft):
            event("rejected", field)
            line.add("error", error.code(for: field))
            line.add("detail", error.words)
            line.add("attempts_left", attemptsLeft)
        case .complete: event("complete")
        case .submitted(let attempt):
            event("submitted")
            line.add("attempt", attempt)
            line.add("amount", view.amount)
            line.add("currency", view.currency)
        case .declined(let decline):
            event("declined")
            add(decline, to: &line)
        case .awaitingAnswer(let standing):
            event("awaiting-answer")
            line.add("standing", standing.words)
        case .voiding(let approval):
            event("voiding")
            line.add("payment", approval.paymentID)
        case .ended(let end): add(end, view, to: &line)
        }
    }

    private func add(_ end: SessionEnd, _ view: AgentView, to line: inout JSONLine) {
        line.add("event", "ended")
        line.add("outcome", end.outcome)
        add(view.card, to: &line)
        if let expiry = view.expiry { line.add("expiry", expiry.printed) }
        if view.attempt > 0 { line.add("attempt", view.attempt) }
        switch end {
        case .approved(let approval), .voided(let approval, _):
            line.add("payment", approval.paymentID)
            line.add("security_code_check", approval.securityCodeCheck.rawValue)
            line.add("house_number_check", approval.houseNumberCheck.rawValue)
            line.add("postcode_check", approval.postcodeCheck.rawValue)
        case .declined(let decline): add(decline, to: &line)
        case .cancelled(let party): line.add("by", party.rawValue)
        case .timedOut(let timer): line.add("timer", timer.rawValue)
        case .tooManyAttempts(let field): line.add("field", field.rawValue)
        case .rejected(let status, let code):
            line.add("status", status)
            if let code { line.add("code", code.description) }
        case .unknown(let paymentID): if let paymentID { line.add("payment", paymentID) }
        case .failed(let part): line.add("part", part.rawValue)
        case .callerHungUp, .lineLost, .gatewayUnreachable: break
        }
    }

    private func add(_ decline: Decline, to line: inout JSONLine) {
        line.add("code", decline.code.description)
        if let declineCode = decline.declineCode { line.add("decline_code", declineCode.description) }
        if let paymentID = decline.paymentID { line.add("payment", paymentID) }
    }

    private func add(_ card: MaskedCard?, to line: inout JSONLine) {
        guard let card else { return }
        line.add("brand", card.brand.rawValue)
        line.add("last_four", card.lastFour)
    }
}
