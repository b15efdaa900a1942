internal import AtomicFiles
package import CallControl
package import Failures
internal import Foundation
internal import Ledger
package import PaymentSession
internal import Secrets

/// The user's complete setup of a payment on a call. It is checked and opened in one place for every command and
/// server.
package struct PaymentSetup: Sendable {
    package var request: PaymentRequest
    package var gateway: GatewayChoice
    package var ledger: LedgerChoice
    /// The payee; `nil` for the variable `TONEWALL_MERCHANT`, else the keypad profile's.
    package var merchant: String?
    /// The file for the customer's receipt.
    package var receipt: String?

    package init(
        _ request: PaymentRequest, gateway: GatewayChoice, ledger: LedgerChoice = .ofAccount, merchant: String? = nil,
        receipt: String? = nil
    ) {
        self.request = request
        self.gateway = gateway
        self.ledger = ledger
        self.merchant = merchant
        self.receipt = receipt
    }

    /// Opens the payment.
    ///
    /// - Parameters:
    ///   - settings: The result of ``PaymentRequest/settings(_:)`` for ``request``.
    ///   - inputs: Other files that are read.
    ///   - outputs: Other files that are written.
    ///   - host: The process that the call runs in.
    /// - Throws: ``Failure`` if it cannot begin. Nothing is left open then.
    package func open(
        _ settings: SessionSettings, reading inputs: [String] = [], writing outputs: [String] = [], host: CallHost
    ) async throws -> OpenPayment {
        try LockedMemory.prepareForPayment()
        let account = try await gateway.open()
        do {
            guard request.amount != nil || account.kind == .test else {
                throw Failure.usage("the amount is missing", advice: "as --amount 42.00")
            }
            let written = outputs + [receipt].compactMap(\.self)
            let read = gateway.inputs + [request.keypad] + inputs
            try OutputPlaces.refuse(written, over: read, "read by this command")
            let path = try ledger.path(of: account.kind)
            if let path {
                try OutputPlaces.refuse(written + read, over: Ledger.files(path), "a file of the ledger itself")
            }
            let receiptFile = try receipt.map { path throws(AtomicFileError) in
                try AtomicFile(path, permissions: .secret)
            }
            let merchant = try Merchant.named(merchant)
            return try await OpenPayment(
                settings, at: account, in: try path.map { try Ledger.open($0, note: host.note) }, merchant: merchant,
                receipt: receiptFile, host: host)
        } catch {
            account.close()
            throw error
        }
    }
}

extension Merchant {
    /// The environment variable for the payee, used without an option.
    package static let variable = "TONEWALL_MERCHANT"

    /// The merchant `option`, else the environment's; `nil` if neither is given.
    package static func named(_ option: String?) throws(Failure) -> Merchant? {
        let environment = ProcessInfo.processInfo.environment[variable] ?? ""
        guard let text = option ?? (environment.isEmpty ? nil : environment) else { return nil }
        guard let merchant = Merchant(text) else {
            throw Failure.usage(
                "a merchant's name has 1 to 64 printing characters and no card number",
                advice: option == nil ? "look at \(variable)" : "as --merchant 'Example Ltd'")
        }
        return merchant
    }
}
