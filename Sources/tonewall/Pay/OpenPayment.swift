import AtomicFiles
import CallControl
import Failures
import Foundation
import Gateway
import Glibc
import Ledger
import LedgerSQLite
import PaymentSession
import ProcessIO
import Secrets

/// A payment that can begin: its gateway, its ledger and its session, opened in this order. The one way of `pay` and
/// `live`.
struct OpenPayment {
    let session: CallSession
    let settings: SessionSettings
    let gateway: GatewayOptions.Open
    /// Made before the call is played, so that no payment is taken whose receipt cannot be written.
    private let receiptFile: AtomicFile?
    private let merchant: Merchant?
    private let book: Book?

    /// A ledger in use.
    private struct Book {
        let ledger: Ledger
        let journal: LedgerJournal
        /// What an earlier process left open, asked for while the call goes on.
        let settling: Task<OpenItems, any Error>
    }

    /// - Parameters:
    ///   - wanted: What ``PaymentOptions/settings(_:)`` made of `options`; whether money moves is the gateway's to say.
    ///   - inputs: What the command reads besides what its options name.
    ///   - outputs: What it writes besides.
    init(
        _ wanted: SessionSettings, _ options: PaymentOptions, at place: GatewayOptions, reading inputs: [String] = [],
        writing outputs: [String] = []
    ) async throws {
        try LockedMemory.prepareForPayment()
        let gateway = try await place.open()
        do {
            guard options.amount != nil || gateway.kind == .test else {
                throw Failure(.usage, "the amount is missing", advice: "as --amount 42.00")
            }
            var settings = wanted
            settings.isTest = gateway.kind == .test
            self.settings = settings
            self.gateway = gateway
            let written = outputs + [options.receipt].compactMap(\.self)
            let read = [place.keyFile, place.route.caFile, options.keypad].compactMap(\.self) + inputs
            try OutputPlaces.refuse(written, over: read, "read by this command")
            let ledger = options.noLedger ? nil : try options.ledger ?? StateFolder.ledger(of: gateway.kind)
            if let ledger {
                try OutputPlaces.refuse(
                    written + read, over: OutputPlaces.files(ofLedger: ledger), "a file of the ledger itself")
            }
            receiptFile = try options.receipt.map { path throws(AtomicFileError) in
                try AtomicFile(path, permissions: .secret)
            }
            merchant = try options.merchant.named() ?? settings.profile.merchant
            book =
                if let ledger { try await Self.book(in: ledger, settings, merchant, gateway) } else { nil }
            session = CallSession(settings, gateway: gateway.client, journal: book.map { .kept($0.journal) } ?? .none)
        } catch {
            await gateway.close()
            throw error
        }
    }

    private static func book(
        in path: String, _ settings: SessionSettings, _ merchant: Merchant?, _ gateway: GatewayOptions.Open
    ) async throws -> Book {
        let ledger = try Ledger(path, by: .thisProcess)
        ledger.noteTightened()
        let journal = try await LedgerJournal(
            of: settings, merchant: merchant, in: ledger, through: gateway.client, at: gateway.url)
        // What this gateway can tell of is asked for; what it cannot is listed at once.
        let open = try ledger.openItems()
        open.filtered { $0 != gateway.url }.note(in: ledger.path)
        let settling = Task { [client = gateway.client, url = gateway.url] in
            try await ledger.settleOpen(with: client, at: url)
        }
        return Book(ledger: ledger, journal: journal, settling: settling)
    }

    /// How long the gateway's answer is waited for once the call is over: less where a ledger holds the attempt, which
    /// the next start settles; else about as long as the gateway is asked.
    var patience: Duration { book == nil ? .seconds(60) : .seconds(15) }

    /// What is said of a wait for the gateway as the call ends.
    var waitWords: String {
        "waiting for the gateway's answer, \(patience.components.seconds) s at most "
            + "(a second INT or TERM leaves the payment \(book == nil ? "unknown" : "open in the ledger"))"
    }

    /// What is said of a payment whose answer nobody waits for any more.
    var openWords: @Sendable (PaymentIdentity) -> String {
        { [url = gateway.url, ledgerPath] identity in
            let attempt = "attempt \(identity.idempotencyKey ?? identity.session) at \(url) may have been taken"
            guard let path = ledgerPath else { return attempt + " and is written nowhere (look it up at the gateway)" }
            return attempt + " and is open in \(path) (tonewall ledger reconcile \(path) --gateway \(url))"
        }
    }

    /// What the driver of a call has to know.
    var terms: PaymentTerms {
        PaymentTerms(patience: patience, waitWords: waitWords, ledgerPath: ledgerPath, openWords: openWords)
    }

    /// The ledger's file; `nil` where the payment is written nowhere.
    var ledgerPath: String? { book?.ledger.path }

    /// Ends the payment, whose session has ended: waits until all is written, lists what is left open, and lets the
    /// gateway go.
    func close() async throws {
        do {
            try await finish()
        } catch {
            await gateway.close()
            throw error
        }
        await gateway.close()
    }

    private func finish() async throws {
        await session.waitUntilWritten()
        if let receiptFile, let receipt = try await receipt() {
            do throws(AtomicFileError) { try receiptFile.commit(Array(receipt.text.utf8)) } catch {
                var failure = error.failure
                failure.advice =
                    "the payment stands: "
                    + (ledgerPath.map { "tonewall ledger receipt \($0)" } ?? "it is written nowhere")
                throw failure
            }
        }
        guard let book else { return }
        guard let open = try await settled(book) else {
            Report.note(
                "tonewall: \(book.ledger.path): what earlier payments left open is still asked for (the next start goes on)"
            )
            return
        }
        open.filtered { $0 == gateway.url }.note(in: book.ledger.path)
        if let failure = book.journal.failure { throw failure }
    }

    /// What the customer keeps, once the session has ended: as the ledger has it, where there is one; `nil` where
    /// nothing was paid.
    func receipt() async throws -> Receipt? {
        let view = await session.view
        guard case .ended(.approved(let approval)) = view.state else { return nil }
        let clock = ZonedClock(.current)
        if let ledger = book?.ledger, let receipt = try? ledger.receipt(for: approval.paymentID, at: clock) {
            return receipt
        }
        let paid = Moment(clock.receiptText(Int(Date().timeIntervalSince1970 * 1000)))
        return Receipt(view, merchant: merchant, paid: paid)
    }

    /// What an earlier process left open, as far as it is settled within ten seconds: a silent gateway must not hold up
    /// an end.
    private func settled(_ book: Book) async throws -> OpenItems? {
        let (results, result) = AsyncThrowingStream.makeStream(of: OpenItems?.self)
        let waiting = Task {
            do { result.yield(try await book.settling.value) } catch { result.finish(throwing: error) }
        }
        let giving = Task {
            // An order to stop leaves it a second.
            var looks = 0
            while looks < 100 {
                looks += Interruption.hasCome ? 10 : 1
                try? await Task.sleep(for: .milliseconds(100))
            }
            result.yield(nil)
        }
        defer {
            waiting.cancel()
            giving.cancel()
        }
        for try await items in results { return items }
        return nil
    }

    /// Says on standard error what a payment's agent has to know before it begins.
    func sayKind() {
        if gateway.kind == .test { Report.note("tonewall: TEST: no money moves") }
        if book == nil { Report.note("tonewall: no ledger: this payment is written nowhere") }
    }

    /// Ends the payment, whose answer nobody waits for any more: its attempt stays open in the ledger.
    func leave() async {
        book?.settling.cancel()
        await gateway.close()
    }

    /// Gives the payment up where its call cannot begin or has failed; says what nobody waits for any more.
    func abandon() async {
        if await session.direction.awaitsAnswer {
            Report.note("tonewall: \(openWords(await session.identity))")
            return await leave()
        }
        await session.send(.lineLost, at: .zero)
        await session.waitUntilWritten()
        await gateway.close()
    }
}

extension OpenItems {
    /// Those at the gateways whose addresses pass `isWanted`.
    fileprivate func filtered(_ isWanted: (String) -> Bool) -> OpenItems {
        var items = self
        items.attempts.removeAll { !isWanted($0.gateway) }
        items.refunds.removeAll { !isWanted($0.gateway ?? "") }
        items.proposals.removeAll { !isWanted($0.gateway) }
        return items
    }

    /// Most lines of a list; the rest is counted.
    private static let most = 5

    /// Lists on standard error what somebody has to look at, each with the command to run.
    fileprivate func note(in ledger: String) {
        var lines = attempts.map { attempt in
            "attempt \(attempt.order.name) is open at \(attempt.gateway) "
                + "(tonewall ledger reconcile \(ledger) --gateway \(attempt.gateway))"
        }
        lines += refunds.map { refund in
            "\(refund.isVoid ? "void" : "refund") \(refund.key) is open "
                + "(tonewall ledger reconcile \(ledger) --gateway \(refund.gateway ?? "URL"))"
        }
        lines += proposals.map { found in
            "payment \(found.payment) of session \(found.session) was taken, though the session is \(found.state.rawValue) "
                + "(to give it back: tonewall ledger void \(ledger) \(found.payment) --gateway \(found.gateway))"
        }
        for line in lines.prefix(Self.most) { Report.note("tonewall: \(ledger): \(line)") }
        guard lines.count > Self.most else { return }
        Report.note(
            "tonewall: \(ledger): \(lines.count - Self.most) more are open (tonewall ledger reconcile \(ledger) lists them)"
        )
    }
}

extension Origin {
    /// The account that runs this process, on this machine.
    static var thisProcess: Origin {
        var name = [CChar](repeating: 0, count: 256)
        unsafe gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let account = unsafe getpwuid(getuid())
        let who = unsafe account.flatMap { unsafe String(validatingCString: $0.pointee.pw_name) } ?? "uid \(getuid())"
        return Origin(who: who, place: "\(host) process \(getpid())")
    }
}
