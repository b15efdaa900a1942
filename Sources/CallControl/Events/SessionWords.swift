import Currencies
package import PaymentSession

// The on-screen names of a session's values. All words for a caller or an agent are in this file.

extension CaptureField {
    package var words: String {
        switch self {
        case .accountNumber: "account number"
        case .houseNumber: "house number"
        case .postcode: "postcode"
        case .cardNumber: "card number"
        case .expiry: "expiry"
        case .securityCode: "security code"
        }
    }
}

extension FieldError {
    package var words: String {
        switch self {
        case .timeout(.firstDigit): "no key came in time"
        case .timeout: "not ended in time"
        case .wrongLength: "wrong number of digits"
        case .checkDigit: "check digit wrong"
        case .brandNotTaken: "card not taken here"
        case .notADate: "no such month"
        case .expired: "expired"
        case .looksLikeCardNumber: "looks like a card number"
        }
    }
}

extension CommandRefusal {
    package var words: String {
        switch self {
        case .sessionInProgress: "a session is on already"
        case .incomplete: "a field is missing"
        case .fieldNotAsked: "the field is not asked for"
        case .notNow: "not now"
        case .ended: "the session is over"
        case .tooManyCards: "no more cards in this session"
        }
    }

    package var name: String {
        switch self {
        case .sessionInProgress: "session-in-progress"
        case .incomplete: "incomplete"
        case .fieldNotAsked: "field-not-asked"
        case .notNow: "not-now"
        case .ended: "ended"
        case .tooManyCards: "too-many-cards"
        }
    }
}

extension AgentCommand {
    package var words: String {
        switch self {
        case .secure: "secure"
        case .collect: "collect"
        case .recollect(let field): "recollect-\(field.rawValue)"
        case .submit: "submit"
        case .anotherCard: "another-card"
        case .cancel: "cancel"
        }
    }
}

extension PendingDisposition {
    package var words: String {
        switch self {
        case .wanted: "wanted"
        case .callerGone: "the caller has gone"
        case .cancelled(let party): "cancelled by the \(party.rawValue)"
        case .failed(let part): "the \(part.words) failed"
        }
    }
}

extension CriticalComponent {
    package var words: String { self == .lockedMemory ? "locking of memory" : rawValue }
}

extension Decline {
    package var words: String { declineCode.map { "\(code) (\($0))" } ?? "\(code)" }
}

extension AgentView {
    /// The amount with its currency.
    package var sum: String { Currency(currency)?.text(of: amount) ?? currency }

    /// Prefix of a payment in which no money moves.
    package var mark: String { isTest ? "TEST " : "" }

    /// The part of a captured field that may be shown.
    package func shown(_ field: CaptureField) -> String {
        switch field {
        case .cardNumber: card.map { "\($0.brand.displayName) ending \($0.lastFour)" } ?? "given"
        case .expiry: expiry?.printed ?? "given"
        case .accountNumber: accountNumber ?? "given"
        case .securityCode, .houseNumber, .postcode: "given"
        }
    }
}

extension SessionEnd {
    /// The outcome's name, the same in text and in NDJSON.
    package var outcome: String { OutcomeWord(self).disclosed }

    package func detail(_ view: AgentView) -> String {
        switch self {
        case .approved(let approval): "\(approval.paymentID)  \(view.sum)\(approval.checks)"
        case .declined(let decline): decline.words
        case .cancelled(let party): "by the \(party.rawValue)"
        case .voided(let approval, .voided): "\(approval.paymentID) was approved after the cancel and is voided"
        case .voided(let approval, .refunded): "\(approval.paymentID) was approved after the cancel and is refunded"
        case .voided(let approval, .failed):
            "\(approval.paymentID) was approved after the cancel and could not be taken back; reconcile it"
        case .timedOut(let timer): "\(timer.rawValue) timer"
        case .tooManyAttempts(let field): field.words
        case .callerHungUp: "the caller hung up"
        case .lineLost: "the audio was lost"
        case .gatewayUnreachable: "the gateway could not be reached; nothing is taken"
        case .rejected(let refusal): "the gateway refused the request: \(refusal)"
        case .unknown(let paymentID): "\(paymentID.map { "\($0) " } ?? "")may or may not be paid; reconcile it"
        case .failed(let part): "the \(part.words) failed"
        }
    }
}

extension Approval {
    /// The checks of security code and address that failed or were unavailable; empty if there are none.
    fileprivate var checks: String {
        let all = [
            ("security code", securityCodeCheck), ("house number", houseNumberCheck), ("postcode", postcodeCheck),
        ]
        return all.filter { $0.1 == .fail || $0.1 == .unavailable }.map { "  \($0.0) check: \($0.1.rawValue)" }.joined()
    }
}

extension CallerPrompt {
    /// The prompt's name, for a machine that speaks prompts.
    package var name: String {
        switch self {
        case .enter(let field): "enter-\(field.rawValue)"
        case .again(let field, let error): "again-\(field.rawValue)-\(error.code(for: field))"
        case .wait: "wait"
        case .approved: "approved"
        case .declined: "declined"
        case .cancelled: "cancelled"
        case .backToAgent: "back-to-agent"
        }
    }

    /// The words that an agent reads out.
    package func script(_ view: AgentView) -> String {
        switch self {
        case .enter(let field): field.request
        case .again(let field, let error): "\(error.apology) \(field.request)"
        case .wait: "Thank you. One moment while the payment of \(view.sum) goes through."
        case .approved: "Thank you, your payment of \(view.sum) has been taken."
        case .declined: "I am sorry, that card was not accepted. Would you like to use another one?"
        case .cancelled: "The payment is cancelled; nothing will be taken."
        case .backToAgent: "I am sorry, the payment could not be completed."
        }
    }
}

extension CaptureField {
    fileprivate var request: String {
        switch self {
        case .accountNumber: "Please key your account number on your phone."
        case .houseNumber: "Please key your house number; if it has none, go on with the next key."
        case .postcode: "Please key the digits of your postcode."
        case .cardNumber: "Please key the long number on the front of your card."
        case .expiry: "Please key the expiry date, two digits for the month and two for the year."
        case .securityCode: "Please key the security code of your card."
        }
    }
}

extension FieldError {
    fileprivate var apology: String {
        switch self {
        case .timeout: "I did not get all of that."
        case .brandNotTaken: "I am sorry, we cannot take that kind of card."
        case .expired: "I am sorry, that card has expired."
        case .wrongLength, .checkDigit, .notADate, .looksLikeCardNumber: "That does not seem to be right."
        }
    }
}

extension SessionState {
    /// The state of the payment, in words for the agent.
    package func words(_ view: AgentView) -> String {
        switch self {
        case .idle: "\(view.mark)payment of \(view.sum) not begun"
        case .secured: "line secured"
        case .collecting(let field):
            "line secured, the caller keys the \(field.words)" + (view.error.map { " again: \($0.words)" } ?? "")
        case .complete: "\(view.mark)all is in, \(view.sum) to pay"
        case .submitted(let standing): "\(view.mark)paying \(view.sum), card \(view.attempt): answer \(standing.words)"
        case .declined(let decline): "declined: \(decline.words)"
        case .voiding(let approval): "\(approval.paymentID) approved late, being taken back"
        case .ended(let end): "\(view.mark)\(end.outcome): \(end.detail(view))"
        }
    }

    /// The commands that the agent has now.
    package var keys: String {
        switch self {
        case .idle: "[s begin, q quit, ? keys]"
        case .secured, .collecting: "[r again, c cancel]"
        case .complete: "[p pay, r again, c cancel]"
        case .declined: "[a another card, c cancel]"
        case .submitted: "[c cancel]"
        case .voiding, .ended: "[q quit]"
        }
    }
}
