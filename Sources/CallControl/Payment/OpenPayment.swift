package import AtomicFiles
internal import Failures
internal import Foundation
internal import Gateway
package import Ledger
package import PaymentSession

/// The services of the process around a call.
package struct CallHost: Sendable {
    /// Reports something that belongs to no event to the operator: one line, as on standard error or in a log.
    package var note: @Sendable (String) -> Void
    /// Whether the process was told to stop.
    package var isStopping: @Sendable () -> Bool

    package init(
        note: @escaping @Sendable (String) -> Void = { _ in }, isStopping: @escaping @Sendable () -> Bool = { false }
    ) {
        self.note = note
        self.isStopping = isStopping
    }
}

/// A payment on a call, ready to begin: gateway, ledger and session. `pay`, `live` and a server all use it.
///
/// Opening it claims the session's name in the ledger. It also asks the gateway, during the call, for the result of
/// everything that an earlier process left open. It ends in one of three ways: ``close()`` after the session has ended,
/// ``leave()`` if the gateway's answer is no longer awaited, ``abandon()`` if the call fails.
package struct OpenPayment {
    package let session: CallSession
    package let settings: SessionSettings
    package let gateway: GatewayAccount
    private let receiptFile: AtomicFile?
    private let merchant: Merchant?
    private let book: Book?
    let host: CallHost

    /// A ledger in use.
    private struct Book: Sendable {
        let ledger: Ledger
        let journal: LedgerJournal
        /// The task that settles what an earlier process left open.
        let settlement: Task<OpenItems, any Error>
    }

    /// - Parameters:
    ///   - wanted: The settings of the session. The gateway decides whether money moves.
    ///   - gateway: Where the payment goes. The caller closes it if this throws.
    ///   - ledger: Where the payment is written; `nil` to write it nowhere, which its events report.
    ///   - merchant: The payee; `nil` for the one in the keypad profile.
    ///   - receiptFile: Receives the customer's receipt. It is created before the call is heard, so that no payment is
    ///     taken if the receipt cannot be written.
    /// - Throws: ``LedgerError`` if the ledger does not accept the session.
    package init(
        _ wanted: SessionSettings, at gateway: GatewayAccount, in ledger: Ledger?, merchant: Merchant? = nil,
        receipt receiptFile: AtomicFile? = nil, host: CallHost = CallHost()
    ) async throws(LedgerError) {
        var settings = wanted
        settings.isTest = gateway.kind == .test
        self.settings = settings
        self.gateway = gateway
        self.host = host
        self.receiptFile = receiptFile
        self.merchant = merchant ?? settings.profile.merchant
        if let ledger {
            book = try await Self.book(in: ledger, settings, self.merchant, gateway, host)
        } else {
            book = nil
        }
        session = CallSession(settings, gateway: gateway.client, journal: book.map { .kept($0.journal) } ?? .none)
    }

    private static func book(
        in ledger: Ledger, _ settings: SessionSettings, _ merchant: Merchant?, _ gateway: GatewayAccount,
        _ host: CallHost
    ) async throws(LedgerError) -> Book {
        let journal = try await LedgerJournal(
            of: settings, merchant: merchant, in: ledger, through: gateway.client, at: gateway.address)
        // Items at this gateway are settled by asking it. Items at other gateways are listed at once.
        let elsewhere = try ledger.openItems().atGateways { $0 != gateway.address }
        elsewhere.report(of: ledger.path, to: host.note)
        let settlement = Task { try await ledger.settleOpen(with: gateway.client, at: gateway.address) }
        return Book(ledger: ledger, journal: journal, settlement: settlement)
    }

    /// The ledger's file; `nil` if the payment is written nowhere.
    package var ledgerPath: String? { book?.ledger.path }

    /// The terms for the driver of a call.
    package var terms: PaymentTerms { PaymentTerms(ledgerPath: ledgerPath, gateway: gateway.address) }

    /// Reports what the agent must know before the payment begins.
    package func sayKind() {
        if gateway.kind == .test { host.note("tonewall: TEST: no money moves") }
        if book == nil { host.note("tonewall: no ledger: this payment is written nowhere") }
    }

    /// Ends the payment after its session has ended. Waits until everything is written, lists what is still open, and
    /// closes the gateway.
    package func close() async throws {
        defer { gateway.close() }
        await session.waitUntilWritten()
        if let receiptFile, let receipt = try await receipt() { try write(receipt, to: receiptFile) }
        guard let book else { return }
        guard let open = try await settled(book) else {
            return host.note(
                "tonewall: \(book.ledger.path): what earlier payments left open is still asked for "
                    + "(the next start goes on)")
        }
        open.atGateways { $0 == gateway.address }.report(of: book.ledger.path, to: host.note)
        if let failure = book.journal.failure { throw failure }
    }

    private func write(_ receipt: Receipt, to file: AtomicFile) throws(Failure) {
        do throws(AtomicFileError) { try file.commit(Array(receipt.text.utf8)) } catch {
            var failure = error.failure
            failure.advice =
                "the payment stands: "
                + (ledgerPath.map { "tonewall ledger receipt \($0)" } ?? "it is written nowhere")
            throw failure
        }
    }

    /// The customer's receipt, from the ledger if there is one; `nil` if nothing was paid.
    package func receipt() async throws -> Receipt? {
        let view = await session.view
        guard case .ended(.approved(let approval)) = view.state else { return nil }
        let clock = ZonedClock(.current)
        if let ledger = book?.ledger, let receipt = try? ledger.receipt(for: approval.paymentID, at: clock) {
            return receipt
        }
        let paid = Moment(clock.receiptText(Int(Date().timeIntervalSince1970 * 1000)))
        return Receipt(view, merchant: merchant, paid: paid)
    }

    /// What an earlier process left open, if it is settled within ten seconds, or within one second of an order to
    /// stop. A silent gateway must not delay the end.
    private func settled(_ book: Book) async throws -> OpenItems? {
        let (results, result) = AsyncThrowingStream.makeStream(of: OpenItems?.self)
        let waiting = Task {
            do { result.yield(try await book.settlement.value) } catch { result.finish(throwing: error) }
        }
        let limit = Task { [host] in
            var tenths = 0
            while tenths < 100 {
                tenths += host.isStopping() ? 10 : 1
                try? await Task.sleep(for: .milliseconds(100))
            }
            result.yield(nil)
        }
        defer {
            waiting.cancel()
            limit.cancel()
        }
        for try await items in results { return items }
        return nil
    }

    /// Ends the payment while the gateway's answer is missing. Its attempt stays open in the ledger.
    package func leave() {
        book?.settlement.cancel()
        gateway.close()
    }

    /// Gives up the payment because its call cannot begin or has failed. A missing answer is reported.
    package func abandon() async {
        if await session.directive.awaitsAnswer {
            host.note("tonewall: \(terms.openWords(await session.identity))")
            return leave()
        }
        await session.send(.lineLost, at: .zero)
        await session.waitUntilWritten()
        gateway.close()
    }
}
