import ArgumentParser
import Foundation
import Gateway
import Ledger
import PaymentSession

struct LedgerReconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "The list for the end of the day.",
        discussion: """
            With --gateway, asks it first what became of everything that is open there. Lists the day's attempts and every open \
            one, oldest first. Exit status: 0 nothing is open; 1 something is: its 'check' column says so.
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
        if place.gateway != nil {
            let gateway = try await place.open()
            try await ledger.settleOpen(with: gateway.client, at: gateway.url)
        }
        let lines = try ledger.reconciliation(from: range.0, until: range.1)
        let text = ReconciliationCSV.text(lines)
        if csv == "-" {
            StandardOutput.write(text)
        } else {
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: csv), options: .atomic)
            } catch {
                throw Failure(
                    .cannotCreate, file: csv, "cannot be made", advice: "check the folder and its permissions")
            }
        }
        let open = lines.filter(\.isOpen).count
        guard open == 0 else {
            throw Failure(
                .finding, file: file.ledger, "\(open) of \(lines.count) attempts are open",
                advice: place.gateway == nil
                    ? "ask with --gateway URL" : "look them up at the gateway by hand, then tonewall ledger settle")
        }
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
        discussion: "The sum of a payment's refunds never exceeds what was taken.")

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
        let left = charge.amount - charge.refunded
        guard left > 0 else { throw LedgerError.nothingLeft }
        guard amount ?? left <= left else { throw LedgerError.refundTooLarge(left: left) }
        let gateway = try await place.openExisting()
        let number = try ledger.refunds(of: payment).count + 1
        do throws(GatewayFault) {
            let name = try await RecordedGateway(gateway.client, at: gateway.url, in: ledger)
                .refund(paymentID: payment, amount: amount, idempotencyKey: "\(payment)-refund-\(number)")
            StandardOutput.write("\(name)  \(sum(amount ?? left, charge.currency)) of \(payment) given back\n")
        } catch {
            throw GatewayUnavailable(url: gateway.url, fault: error)
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
        let charge = try ledger.charge(payment)
        guard charge.refunded < charge.amount else { throw LedgerError.nothingLeft }
        let gateway = try await place.openExisting()
        do throws(GatewayFault) {
            let reversal = try await RecordedGateway(gateway.client, at: gateway.url, in: ledger)
                .void(paymentID: payment, idempotencyKey: "\(payment)-void")
            switch reversal {
            case .voided: StandardOutput.write("\(payment) called off\n")
            case .refunded(let name): StandardOutput.write("\(name)  \(payment) given back in whole\n")
            }
        } catch {
            throw GatewayUnavailable(url: gateway.url, fault: error)
        }
    }
}

extension GatewayOptions {
    /// The gateway that was named; a mock of its own would know no payment.
    func openExisting() async throws -> Open {
        guard gateway != nil else {
            throw Failure(.usage, "the gateway that took the payment has to be named", advice: "add --gateway URL")
        }
        return try await open()
    }
}
