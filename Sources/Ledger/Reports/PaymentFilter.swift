/// A filter of a list of payments. An empty filter passes all.
package struct PaymentFilter: Sendable, Hashable {
    /// The complete reference.
    package var reference: String?
    /// The complete name of the session.
    package var session: String?
    /// The last four digits of any attempted card.
    package var lastFour: String?
    /// The word for the state.
    package var outcome: String?
    /// ISO 4217 code, upper case.
    package var currency: String?
    /// A part of a reference, of a session's, payment's or refund's name, of a key, or of the last four digits. Upper
    /// and lower case are equal.
    package var search: String?
    /// The time of opening or sending, in milliseconds since 1970.
    package var time: Range<Int>?

    package init() {}

    /// All words of ``outcome``.
    package static let outcomes: [String] = {
        let words =
            SessionRecord.State.allCases.map(\.rawValue) + ["refunded", "partly-refunded", "sending"]
            + RecordedAttempt.State.allCases.map(\.rawValue)
        return Set(words).sorted()
    }()

    package func matches(_ entry: PaymentSummary) -> Bool {
        let (session, tries) = (entry.session, entry.attempts)
        return has(reference, session.reference) && has(self.session, session.id)
            && (lastFour == nil || tries.contains { $0.lastFour == lastFour }) && has(outcome, entry.outcome)
            && has(currency, session.currency) && time?.contains(session.opened) ?? true
            && finds([session.id, session.reference] + tries.flatMap(names) + entry.refunds.flatMap(names))
    }

    package func matches(_ line: ReconciliationLine) -> Bool {
        let attempt = line.attempt
        return has(reference, attempt.reference) && has(session, attempt.session)
            && has(lastFour, attempt.lastFour) && has(outcome, line.outcome) && has(currency, attempt.currency)
            && finds([attempt.session, attempt.reference] + names(attempt) + line.refunds.flatMap(names))
    }

    /// A refund matches by its own currency and names. The other criteria apply to its payment.
    package func matches(_ back: RefundLine) -> Bool {
        has(currency, back.currency) && finds([back.refund.payment] + names(back.refund))
    }

    private func names(_ attempt: RecordedAttempt) -> [String?] { [attempt.key, attempt.payment, attempt.lastFour] }

    private func names(_ refund: RefundRecord) -> [String?] { [refund.key, refund.refund] }

    private func has(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }

    private func finds(_ texts: [String?]) -> Bool {
        guard let search = search?.lowercased() else { return true }
        return texts.contains { $0?.lowercased().contains(search) == true }
    }
}
