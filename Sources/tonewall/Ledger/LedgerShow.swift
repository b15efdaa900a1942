import AtomicFiles
import ArgumentParser
import CallControl
import Ledger
import PaymentSession
import ProcessIO

struct LedgerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One session: its attempts, its money, its refunds, its receipts.",
        discussion: """
            The ledger is only read, and may be one that cannot be written.

            EXAMPLES
              tonewall ledger show day.ledger CALL-7
              tonewall ledger show day.ledger pi_123 --time-zone Europe/London
            """)

    @OptionGroup var file: LedgerFile

    @Argument(help: "The session's name; or the gateway's name for its payment, or an idempotency key.")
    var session: String

    @OptionGroup var zone: TimeZoneOption

    func run() async throws {
        let ledger = try file.openToRead()
        let clock = try zone.clock()
        let entry = try ledger.entry(named: session)
        var lines = Self.lines(entry, clock)
        if let charge = entry.charge {
            for receipt in try ledger.receipts(for: charge.payment) {
                lines.append(("receipt", "\(receipt.address)  \(clock.text(receipt.sent))"))
            }
        }
        for (name, value) in lines {
            let padding = String(repeating: " ", count: max(1, 12 - name.count))
            StandardOutput.write(name + padding + value.quoted + "\n")
        }
    }

    private static func lines(_ entry: PaymentSummary, _ clock: ZonedClock) -> [(String, String)] {
        let session = entry.session
        var lines = entry.isTest ? [("test", "TEST: no money moves")] : []
        lines += [
            ("session", session.id), ("state", session.state.rawValue),
            ("amount", sum(session.amount, session.currency)),
            ("reference", session.reference ?? "-"), ("opened", clock.text(session.opened)),
            ("closed", session.closed.map(clock.text) ?? "-"),
        ]
        if let merchant = session.merchant { lines.append(("merchant", merchant)) }
        for attempt in entry.attempts {
            let names = [attempt.payment, attempt.code, attempt.declineCode, attempt.token, attempt.key]
            lines.append(
                (
                    "attempt \(attempt.number)",
                    "\(attempt.state.rawValue)  \(attempt.brand) \(attempt.lastFour) \(attempt.expiry)  "
                        + names.compactMap { $0 }.joined(separator: " ")
                ))
        }
        guard let charge = entry.charge else { return lines }
        lines.append(("charge", "\(charge.payment)  \(charge.state.rawValue)"))
        return lines
            + entry.refunds.map { refund in
                (
                    refund.isVoid ? "void" : "refund",
                    "\(sum(refund.amount, charge.currency))  \(refund.state.rawValue)  \(refund.refund ?? "-")  \(refund.key)"
                )
            }
    }
}
