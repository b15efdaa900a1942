import ArgumentParser
import AtomicFiles
import Currencies
import Foundation
import Gateway
import Ledger
import PaymentSession

struct LedgerReconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "The list for the end of the day.",
        discussion: """
            With --gateway, asks it first what became of everything that is open there: attempts, refunds and voids are looked up; a \
            refund that the gateway has nothing of is asked for once more under its key; a payment that was approved after its session \
            was cancelled is taken back once. Nothing else is: a payment that looks unwanted is listed, and given back only by refund \
            or void. It is also asked about the refunds of the last 40 days: one that a bank has sent back is said \
            once, and its sum can be given back again.

            Lists the day's attempts and every one that is open or has an open refund, oldest first. Exit status: 0 nothing is open; \
            1 something is, and the 'check' column says what, or a refund was sent back.
            """)

    @OptionGroup var file: LedgerFile

    @Option(
        help: ArgumentHelp("Write the list as CSV; '-' is standard output.", valueName: "file"), completion: .file())
    var csv = "-"

    @Option(help: ArgumentHelp("The day, in UTC (default: all of them).", valueName: "YYYY-MM-DD"))
    var day: String?

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    func run() async throws {
        let range = try day.map(Self.milliseconds) ?? (Int.min, Int.max)
        let ledger = try file.open()
        var fault: GatewayFault?
        var sentBack: [RefundRecord] = []
        var asked: String?
        if place.gateway != nil {
            let gateway = try await place.open()
            asked = gateway.url
            try ledger.require(gateway.kind)
            fault = try await ledger.settleOpen(with: gateway.client, at: gateway.url).fault
            sentBack = try await ledger.refundsSentBack(with: gateway.client, at: gateway.url)
        }
        let lines = try ledger.reconciliation(from: range.0, until: range.1)
        let text = ReconciliationCSV.text(lines)
        if csv == "-" {
            StandardOutput.write(text)
        } else {
            try AtomicFile.write(text, to: csv)
        }
        for refund in sentBack {
            Report.note(
                "tonewall: \(file.ledger): refund \(refund.key) was sent back by the bank: the payer has nothing of it")
        }
        guard let open = Self.words(forOpen: lines) else {
            guard sentBack.isEmpty else { throw ExitCode(Failure.Status.finding.rawValue) }
            return
        }
        let elsewhere = lines.lazy.filter(\.isOpen).map(\.openAt).first { $0 != asked }
        throw Failure(.finding, file: file.ledger, open, advice: Self.advice(fault, asked: asked, elsewhere: elsewhere))
    }

    /// What to do about what is open. Nobody is sent to settle by hand what a gateway can still be asked about.
    ///
    /// - Parameter elsewhere: The address of a gateway that was not asked, where something is open there.
    private static func advice(_ fault: GatewayFault?, asked: String?, elsewhere: String?) -> String {
        switch fault {
        case nil where elsewhere != nil: "ask with --gateway \(elsewhere ?? "")"
        case nil where asked == nil: "ask with --gateway URL"
        case .refused(401, _), .refused(403, _):
            "the gateway refused the key: check TONEWALL_GATEWAY_KEY or --key-file and ask again"
        case .cannotConnect, .untrusted, .badAddress, .insecureAddress, .timedOut, .closedEarly:
            "the gateway: \(fault?.words ?? ""); ask again once it answers"
        default: "look them up at the gateway by hand, then tonewall ledger settle"
        }
    }

    /// `2 attempts and 1 refund of 500 lines are open`; `nil` where nothing is.
    private static func words(forOpen lines: [ReconciliationLine]) -> String? {
        func counted(_ count: Int, _ word: String) -> String? {
            count == 0 ? nil : "\(count) \(count == 1 ? word : word.replacing(/^\w+/) { $0.output + "s" })"
        }
        let attempts = lines.count { !$0.attempt.state.isFinal }
        let refunds = lines.reduce(0) { $0 + $1.openRefunds.count }
        let unwanted = lines.count(where: \.isUnwanted)
        let parts = [
            counted(attempts, "attempt"), counted(refunds, "refund"), counted(unwanted, "payment to decide on"),
        ].compactMap { $0 }
        guard !parts.isEmpty else { return nil }
        let verb = attempts + refunds + unwanted == 1 ? "is" : "are"
        return "\(parts.joined(separator: " and ")) \(verb) open, of \(counted(lines.count, "line") ?? "no line")"
    }

    private static func milliseconds(of day: String) throws -> (Int, Int) {
        guard let start = try? Date(day, strategy: .iso8601.year().month().day()) else {
            throw Failure(.usage, "a day is written YYYY-MM-DD", advice: "as --day 2026-11-21")
        }
        let first = Int(start.timeIntervalSince1970 * 1000)
        return (first, first + 86_400_000)
    }
}

struct LedgerRefund: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Give money back, in whole or in part.",
        discussion: """
            The sum of a payment's refunds never exceeds what was taken. While nobody knows what became of a payment's refund, its \
            next one is refused, exit status 1: 'tonewall ledger reconcile --gateway URL' finds out, or 'tonewall ledger settle'.
            """)

    @OptionGroup var file: LedgerFile

    @Argument(help: "The gateway's name for the payment.")
    var payment: String

    @Option(help: "The amount, as 4.00 (default: all that is left).")
    var amount: String?

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    func run() async throws {
        let ledger = try file.open()
        let charge = try ledger.charge(payment)
        let amount = try amount.map { text in
            guard let amount = Currency(charge.currency)?.minorUnits(of: text) else {
                throw Failure(.usage, "an amount is above zero", advice: "as --amount 4.00")
            }
            return amount
        }
        let gateway = try await place.openExisting()
        try ledger.require(gateway.kind)
        do throws(ReversalError) {
            let refund = try await ledger.refund(payment, amount: amount, through: gateway.client, at: gateway.url)
            let name = refund.refund ?? refund.key
            StandardOutput.write("\(name)  \(sum(refund.amount, charge.currency)) of \(payment) given back\n")
        } catch {
            throw ReversalFailed(url: gateway.url, error: error)
        }
    }
}

struct LedgerVoid: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: "Take a payment back in whole: called off before settlement, refunded after.")

    @OptionGroup var file: LedgerFile

    @Argument(help: "The gateway's name for the payment.")
    var payment: String

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    func run() async throws {
        let ledger = try file.open()
        _ = try ledger.charge(payment)
        let gateway = try await place.openExisting()
        try ledger.require(gateway.kind)
        do throws(ReversalError) {
            let refund = try await ledger.void(payment, through: gateway.client, at: gateway.url)
            StandardOutput.write(
                refund.isVoid
                    ? "\(payment) called off\n" : "\(refund.refund ?? refund.key)  \(payment) given back in whole\n")
        } catch {
            throw ReversalFailed(url: gateway.url, error: error)
        }
    }
}
