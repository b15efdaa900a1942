internal import Currencies
internal import AtomicFiles
package import Ledger

/// Everything that a ledger has of one session, for a reader: one line for each attempt, refund and receipt.
package struct SessionSheet {
    private var lines: [(name: String, value: String)] = []

    /// The session `name`: its own name, the gateway's payment ID, or an idempotency key.
    package init(of name: String, in ledger: Ledger, clock: ZonedClock) throws(LedgerError) {
        let entry = try ledger.entry(named: name)
        add(entry.session, isTest: entry.isTest, clock)
        for attempt in entry.attempts {
            let names = [attempt.payment, attempt.code, attempt.declineCode, attempt.token, attempt.key]
            add(
                "attempt \(attempt.number)",
                "\(attempt.state.rawValue)  \(attempt.brand) \(attempt.lastFour) \(attempt.expiry)  "
                    + names.compactMap(\.self).joined(separator: " "))
        }
        guard let charge = entry.charge else { return }
        add("charge", "\(charge.payment)  \(charge.state.rawValue)")
        for refund in entry.refunds {
            add(
                refund.isVoid ? "void" : "refund",
                "\(Currency.text(of: refund.amount, in: charge.currency))  \(refund.state.rawValue)  "
                    + "\(refund.refund ?? "-")  \(refund.key)")
        }
        for receipt in try ledger.receipts(for: charge.payment) {
            add("receipt", "\(receipt.address)  \(clock.text(receipt.sent))")
        }
    }

    private mutating func add(_ session: SessionRecord, isTest: Bool, _ clock: ZonedClock) {
        if isTest { add("test", "TEST: no money moves") }
        add("session", session.id)
        add("state", session.state.rawValue)
        add("amount", Currency.text(of: session.amount, in: session.currency))
        add("reference", session.reference ?? "-")
        add("opened", clock.text(session.opened))
        add("closed", session.closed.map(clock.text) ?? "-")
        if let merchant = session.merchant { add("merchant", merchant) }
    }

    private mutating func add(_ name: String, _ value: String) { lines.append((name, value)) }

    /// The lines: a name, and its value from column 13 on.
    package var text: String {
        lines.map { name, value in
            name + String(repeating: " ", count: max(1, 12 - name.count)) + value.quoted + "\n"
        }.joined()
    }
}
