import ArgumentParser
import CallControl
import Currencies
import Ledger
import PaymentSession

struct LedgerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Sessions, newest first, a line each.",
        discussion: """
            When it was opened, the amount, how it stands, the last card, the reference, the session's name, and the gateway's name for the \
            payment, which refund, void and receipt ask for; '-' for what there is not.
            """)

    @OptionGroup var file: LedgerFile

    @Option(help: "text or ndjson.")
    var format: OutputFormat = .text

    func run() async throws {
        let ledger = try file.open()
        for session in try ledger.sessions() {
            let attempts = try ledger.attempts(of: session.id)
            switch format {
            case .text: StandardOutput.write(text(session, attempts) + "\n")
            case .ndjson: StandardOutput.write(line(session, attempts))
            }
        }
    }

    private func text(_ session: SessionRecord, _ attempts: [RecordedAttempt]) -> String {
        let last = attempts.last
        let fields = [
            ReconciliationCSV.time(session.opened), sum(session.amount, session.currency),
            last?.state == .unknown ? "unknown" : session.state.rawValue,
            last.map { "\($0.brand) \($0.lastFour)" } ?? "-", session.reference ?? "-", session.id,
            last?.payment ?? "-",
        ]
        return fields.joined(separator: "  ")
    }

    private func line(_ session: SessionRecord, _ attempts: [RecordedAttempt]) -> String {
        var line = JSONLine()
        line.add("session", session.id)
        line.add("state", session.state.rawValue)
        line.add("amount", session.amount)
        line.add("currency", session.currency)
        if let reference = session.reference { line.add("reference", reference) }
        line.add("opened", ReconciliationCSV.time(session.opened))
        line.add("attempts", attempts.count)
        if let last = attempts.last {
            line.add("attempt_state", last.state.rawValue)
            line.add("brand", last.brand)
            line.add("last_four", last.lastFour)
            if let payment = last.payment { line.add("payment", payment) }
            if let token = last.token { line.add("token", token) }
        }
        return line.line
    }
}

/// An amount in the smallest unit, as it is written.
func sum(_ amount: Int, _ currency: String) -> String {
    Currency(currency)?.text(of: amount) ?? "\(amount) \(currency)"
}

struct LedgerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One session: its attempts, its money, its refunds, its receipts.")

    @OptionGroup var file: LedgerFile

    @Argument(help: "The session's name.")
    var session: String

    func run() async throws {
        let ledger = try file.open()
        let found = try ledger.session(session)
        var lines = [
            ("session", found.id), ("state", found.state.rawValue), ("amount", sum(found.amount, found.currency)),
            ("reference", found.reference ?? "-"), ("opened", ReconciliationCSV.time(found.opened)),
            ("closed", found.closed.map(ReconciliationCSV.time) ?? "-"),
        ]
        for attempt in try ledger.attempts(of: session) {
            let detail = [attempt.payment, attempt.code, attempt.declineCode, attempt.token].compactMap { $0 }.joined(
                separator: " ")
            lines.append(
                (
                    "attempt \(attempt.number)",
                    "\(attempt.state.rawValue)  \(attempt.brand) \(attempt.lastFour) \(attempt.expiry)  \(detail)"
                ))
        }
        if let charge = try ledger.charge(of: session) {
            lines.append(("charge", "\(charge.payment)  \(charge.state.rawValue)"))
            for refund in try ledger.refunds(of: charge.payment) {
                let kind = refund.isVoid ? "void" : "refund"
                lines.append(
                    (
                        kind,
                        "\(sum(refund.amount, charge.currency))  \(refund.state.rawValue)  \(refund.refund ?? "-")  \(refund.key)"
                    ))
            }
            for receipt in try ledger.receipts(for: charge.payment) {
                lines.append(("receipt", "\(receipt.address)  \(ReconciliationCSV.time(receipt.sent))"))
            }
        }
        for (name, value) in lines {
            let padding = String(repeating: " ", count: max(1, 12 - name.count))
            StandardOutput.write(name + padding + value + "\n")
        }
    }
}

struct LedgerVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove the audit log and every row against its chain.",
        discussion:
            "Prints a line a finding. Exit status: 0 all is as it was written; 1 something was changed, removed or reordered."
    )

    @OptionGroup var file: LedgerFile

    func run() async throws {
        let result = try file.open().verify()
        for finding in result.findings { StandardOutput.write(finding.words + "\n") }
        guard result.findings.isEmpty else {
            throw Failure(
                .finding, file: file.ledger, "\(result.findings.count) findings in \(result.entries) entries",
                advice: "compare it with a copy")
        }
        StandardOutput.write("\(result.entries) entries, none changed\n")
    }
}

extension LedgerFinding {
    /// One line that says where.
    var words: String {
        switch self {
        case .changed(let sequence): "audit entry \(sequence): changed or in another's place"
        case .unproved(let sequence):
            "audit entry \(sequence): cannot be proved, since the one before it was changed or is gone"
        case .missing(let range): "audit entries \(range.lowerBound) to \(range.upperBound): missing"
        case .cutShort(let last, let expected): "audit log ends at \(last), but had \(expected) entries or more"
        case .rowChanged(let resource): "\(resource): not what the audit log says"
        case .rowMissing(let resource): "\(resource): missing"
        case .rowUnknown(let resource): "\(resource): the audit log does not know it"
        case .damaged(let reason): "file damaged: \(reason)"
        }
    }
}
