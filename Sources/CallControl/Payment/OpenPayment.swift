package import AtomicFiles
internal import Failures
internal import Foundation
internal import Gateway
package import Ledger
package import PaymentSession

/// What the process around a call does for it.
package struct CallHost: Sendable {
    /// Tells its operator something that belongs to no event: one line, as on standard error or in a log.
    package var note: @Sendable (String) -> Void
    /// Whether the process was ordered to stop.
    package var isStopping: @Sendable () -> Bool

    package init(
        note: @escaping @Sendable (String) -> Void = { _ in }, isStopping: @escaping @Sendable () -> Bool = { false }
    ) {
        self.note = note
        self.isStopping = isStopping
    }
}

/// A payment on a call, ready to begin: gateway, ledger and session. The one way of `pay`, `live` and a server.
///
/// Opening it claims the session's name in the ledger and asks the gateway what became of everything that an earlier
/// process left open there, while the call goes on. It ends in one of three ways: ``close()`` once the session has
/// ended, ``leave()`` where the gateway's answer is no longer waited for, ``abandon()`` where the call fails.
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
        /// Settles what an earlier process left open.
        let settlement: Task<OpenItems, any Error>
    }

    /// - Parameters:
    ///   - wanted: The session's settings; whether money moves is the gateway's to say.
    ///   - gateway: Where the payment goes. It is the caller's to close where this throws.
    ///   - ledger: Where the payment is written; `nil` for a payment that is written nowhere, which its events say.
    ///   - merchant: Who is paid; `nil` for the one of the keypad profile.
    ///   - receiptFile: Gets the customer's receipt. It is made before the call is heard, so that no payment is taken
    ///     whose receipt cannot be written.
    /// - Throws: ``LedgerError`` where the ledger does not take the session.
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
        // What this gateway can tell of is asked for; what it cannot is listed at once.
        let elsewhere = try ledger.openItems().atGateways { $0 != gateway.address }
        elsewhere.report(of: ledger.path, to: host.note)
        let settlement = Task { try await ledger.settleOpen(with: gateway.client, at: gateway.address) }
        return Book(ledger: ledger, journal: journal, settlement: settlement)
    }

    /// The ledger's file; `nil` where the payment is written nowhere.
    package var ledgerPath: String? { book?.ledger.path }

    /// What the driver of a call has to know.
    package var terms: PaymentTerms { PaymentTerms(ledgerPath: ledgerPath, gateway: gateway.address) }

    /// Says what the payment's agent has to know before it begins.
    package func sayKind() {
        if gateway.kind == .test { host.note("tonewall: TEST: no money moves") }
        if book == nil { host.note("tonewall: no ledger: this payment is written nowhere") }
    }

    /// Ends the payment, whose session has ended: waits until all is written, lists what is still open, and lets the
    /// gateway go.
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

    /// What the customer keeps, once the session has ended: as the ledger has it, if there is one; `nil` if nothing was
    /// paid.
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

    /// What an earlier process left open, as far as it is settled within ten seconds, one of them after an order to
    /// stop: a silent gateway must not hold up an end.
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

    /// Ends the payment though the gateway's answer is still to come: its attempt stays open in the ledger.
    package func leave() {
        book?.settlement.cancel()
        gateway.close()
    }

    /// Gives the payment up because its call cannot begin or has failed; an answer that is still to come is reported.
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
