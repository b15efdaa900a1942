package import Ledger
internal import PaymentSession

extension OpenItems {
    /// The items at the gateways whose addresses pass `isWanted`.
    package func atGateways(_ isWanted: (String) -> Bool) -> OpenItems {
        var items = self
        items.attempts.removeAll { !isWanted($0.gateway) }
        items.refunds.removeAll { !isWanted($0.gateway ?? "") }
        items.proposals.removeAll { !isWanted($0.gateway) }
        return items
    }

    /// Largest number of lines in a report. Further items are only counted.
    private static let most = 5

    /// Reports the items that a person must check, one line each with the command to run.
    package func report(of ledger: String, to note: (String) -> Void) {
        let lines = lines(of: ledger)
        for line in lines.prefix(Self.most) { note("tonewall: \(ledger): \(line)") }
        guard lines.count > Self.most else { return }
        note(
            "tonewall: \(ledger): \(lines.count - Self.most) more are open "
                + "(tonewall ledger reconcile \(ledger) lists them)")
    }

    private func lines(of ledger: String) -> [String] {
        var lines = attempts.map { attempt in
            "attempt \(attempt.order.name) is open at \(attempt.gateway) "
                + "(tonewall ledger reconcile \(ledger) --gateway \(attempt.gateway))"
        }
        lines += refunds.map { refund in
            "\(refund.isVoid ? "void" : "refund") \(refund.key) is open "
                + "(tonewall ledger reconcile \(ledger) --gateway \(refund.gateway ?? "URL"))"
        }
        lines += proposals.map { found in
            "payment \(found.payment) of session \(found.session) was taken, "
                + "though the session is \(found.state.rawValue) (to give it back: tonewall ledger void \(ledger) \(found.payment) --gateway \(found.gateway))"
        }
        return lines
    }
}
