import Foundation
import Ledger
import PaymentSession
import Support
import Testing

/// `tonewall ledger settle`, `receipt` and `show`, as a shell runs them.
@Suite(.ownThread) struct LedgerCommandTests {
    private let probe: LedgerProbe
    private let folder = TemporaryFolder()

    init() throws { probe = try LedgerProbe() }

    private func ledger(_ arguments: String...) async throws -> LedgerShell { try await ledger(arguments) }

    private func ledger(_ arguments: [String]) async throws -> LedgerShell {
        try await LedgerShell([arguments[0], probe.path] + arguments.dropFirst())
    }

    @Test func `An unknown attempt is settled manually once, with name and reason, and leaves the list`() async throws {
        let order = LedgerProbe.order("CALL")
        try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        #expect(try await ledger("reconcile").status == 1)

        for wrong in [["--as", "lost", "--reason", "x"], ["--as", "paid"], ["--as", "paid", "--reason", " "]] {
            #expect(try await ledger(["settle", "CALL-1"] + wrong).status == 64)
        }
        let nameless = try await ledger("settle", "CALL-1", "--as", "paid", "--reason", "on the statement")
        #expect(nameless.status != 0 && nameless.errors.split(separator: "\n").count == 1, "\(nameless.errors)")
        #expect(try await ledger("reconcile").status == 1, "nothing was settled")

        let settled = try await ledger(
            "settle", "CALL-1", "--as", "paid", "--payment", "pi_9", "--reason", "card 4242424242424242 said so",
            "--by", "Ann")
        #expect(settled.status == 0, "\(settled.errors)")
        #expect(settled.output == "CALL-1 settled as paid\n")
        #expect(try await ledger("reconcile").status == 0)
        #expect(try await ledger("show", "CALL").output.contains("charge      pi_9  taken"))
        let again = try await ledger("settle", "CALL-1", "--as", "not-taken", "--reason", "x")
        #expect(again.status == 1 && again.errors.split(separator: "\n").count == 1, "\(again.errors)")
        #expect(try await ledger("verify").status == 0)
        #expect(probe.folder.contents.allSatisfy { !Self.holds("4242424242424242", probe.folder($0)) })
    }

    @Test func `An unknown refund is on the list, bars the next one, and is settled by the gateway or by hand`()
        async throws
    {
        let gateway = try GatewayProcess(faults: "500")
        try await probe.pay("CALL")
        let unheard = try await ledger("refund", "pi_CALL", "--amount", "1.00", "--gateway", gateway.url)
        #expect(unheard.status == 69 && unheard.errors.contains("pi_CALL-refund-1 is open"), "\(unheard.errors)")
        let second = try await ledger("refund", "pi_CALL", "--amount", "1.00", "--gateway", gateway.url)
        #expect(second.status == 1 && second.errors.contains("tonewall ledger reconcile"), "\(second.errors)")
        #expect(try await ledger("void", "pi_CALL", "--gateway", gateway.url).status == 1)

        let list = try await ledger("reconcile")
        #expect(list.status == 1 && list.errors.contains("1 refund is open, of 1 line"), "\(list.errors)")
        #expect(list.output.contains(",ask the gateway about refund pi_CALL-refund-1,"))
        #expect(try await ledger("show", "CALL").output.contains("GBP 1.00  unknown  -  pi_CALL-refund-1"))

        let elsewhere = try await ledger("reconcile", "--gateway", "http://127.0.0.1:1")
        #expect(
            elsewhere.status == 1 && elsewhere.errors.contains("ask with --gateway \(gateway.url)"),
            "\(elsewhere.errors)")
        let asked = try await ledger("reconcile", "--gateway", gateway.url + "/")
        #expect(asked.status == 1, "the refund was asked for at a key that the gateway failed under")
        #expect(asked.errors.contains("by hand, then tonewall ledger settle"), "\(asked.errors)")
        let keyless = folder.write(Array("pk_test_wrong".utf8), to: "key")
        let refused = try await ledger("reconcile", "--gateway", gateway.url, "--key-file", keyless)
        #expect(refused.status == 1 && refused.errors.contains("refused the key"), "\(refused.errors)")

        for (finding, status) in [("paid", 65), ("not-refunded", 0), ("not-refunded", 1)] {
            let settled = try await ledger("settle", "pi_CALL-refund-1", "--as", finding, "--reason", "no trace")
            #expect(settled.status == status, "\(finding): \(settled.errors)")
        }
        #expect(try await ledger("reconcile").status == 0)
        #expect(try await ledger("verify").status == 0)
    }

    @Test func `The list names each session's payment, which other commands take`() async throws {
        try await probe.pay("PAID")
        try await probe.ledger.end(LedgerProbe.order("LEFT"), as: .cancelled)
        let lines = try await ledger("list").output.split(separator: "\n").map {
            $0.components(separatedBy: "  ").dropFirst()
        }
        #expect(
            Set(lines) == [
                ["GBP 42.00", "approved", "visa 4242", "R", "PAID", "pi_PAID", "TEST"],
                ["GBP 42.00", "cancelled", "-", "R", "LEFT", "-", "TEST"],
            ])
        #expect(try await ledger("receipt", "pi_PAID").status == 0)
    }

    @Test func `A receipt is printed with its elements, and its recipient is recorded`() async throws {
        let order = LedgerProbe.order("CALL")
        try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.conclude(
            order.idempotencyKey, .approved(Approval(paymentID: "pi_1")), token: CardToken("pm_1abc"))
        let receipt = try await ledger("receipt", "pi_1", "--sent-to", "payer@example.com")
        #expect(receipt.status == 0, "\(receipt.errors)")
        for words in ["approved", "42.00", "visa", "4242", "R", "pi_1"] { #expect(receipt.output.contains(words)) }
        for words in ["12/34", "pm_1abc", "CALL"] {
            #expect(!receipt.output.contains(words), "no receipt holds \(words)")
        }
        let shown = try await ledger("show", "CALL").output
        #expect(shown.contains("receipt     payer@example.com"))
        #expect(shown.contains("pm_1abc"))

        _ = try await probe.ledger.beginRefund(
            of: "pi_1", amount: 100, key: "r", isVoid: false, at: LedgerProbe.address)
        try await probe.ledger.concludeRefund("r", as: .done, refund: "re_1")
        #expect(try await ledger("receipt", "pi_1").output.contains("partly-refunded"))
        #expect(try await ledger("receipt", "pi_2").status == 65)
        for address in ["nobody", "a b@c", "4242424242424242@x", "4242-4242-4242-4242@x.com", "４２４２.4242.4242.4242@x"] {
            let refused = try await ledger("receipt", "pi_1", "--sent-to", address)
            #expect(refused.status == 64 && !refused.errors.contains("4242"), "\(refused.errors)")
        }
        #expect(try probe.ledger.receipts(for: "pi_1").map(\.address) == ["payer@example.com"])
        #expect(try await ledger("verify").status == 0)
    }

    @Test func `No card number gets into a ledger or into an error, however it is written and wherever it stands`()
        async throws
    {
        try await probe.pay("CALL")
        let order = LedgerProbe.order("OPEN")
        try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        let entries = probe.ledger.verify().entries
        for number in ["4242424242424242", "4242-4242-4242-4242", "4242_4242_4242_4242", "4242.4242.4242.4242"] {
            let settle = ["settle", "OPEN-1", "--as", "paid", "--reason", "x", "--payment", number]
            for arguments in [
                settle, ["receipt", "pi_CALL", "--sent-to", number + "@x.com"], ["show", number],
                ["refund", number, "--gateway", "http://127.0.0.1:1"],
                ["settle", number, "--as", "paid", "--reason", "x"],
                ["refund", "pi_CALL", "--gateway", "http://\(number).example"], ["list", "--\(number)"],
            ] {
                let refused = try await ledger(arguments)
                #expect(refused.status >= 64, "\(arguments)")
                #expect(!refused.errors.contains("4242"), "\(arguments): \(refused.errors)")
            }
            for (name, reference, session) in [("reference", number, "a"), ("id", "R", "s-" + number)] {
                await #expect(throws: LedgerError.cardNumber(field: "session's \(name)")) {
                    let order = PaymentOrder(
                        sessionID: session, attempt: 1, amount: 1, currency: "GBP", reference: reference)
                    try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
                }
            }
            await #expect(throws: LedgerError.cardNumber(field: "receipt's address")) {
                try await probe.ledger.recordReceipt(for: "pi_CALL", to: number + "@x.com")
            }
            let hand = ManualSettlement(.notTaken, reason: "card \(number)", by: "Ann")
            await #expect(throws: LedgerError.cardNumber(field: "settlement's reason")) {
                try await probe.ledger.settleManually("OPEN-1", as: hand)
            }
            #expect(!Origin(who: number, place: "desk").who.contains("4242"))
        }
        #expect(probe.ledger.verify().entries == entries, "nothing was written")
        let said = try await ledger(
            "settle", "OPEN-1", "--as", "not-taken", "--reason", "42 42 42 42 42 42 42 42 said so", "--by",
            "4242-4242-4242-4242")
        #expect(said.status == 0, "\(said.errors)")
        for name in probe.folder.contents {
            #expect(!Self.holds("42 42", probe.folder(name)) && !Self.holds("4242-4242", probe.folder(name)), "\(name)")
        }
    }

    @Test(arguments: [
        "", "pm 1", "4242424242424242", "pm_4242424242424242", "pm_4242-4242-4242-4242", "4242_4242_4242_4242",
        String(repeating: "a", count: 256), "pm_é",
    ])
    func `A text that may hold a card number is not accepted as a token`(text: String) {
        #expect(CardToken(text) == nil)
    }

    private static func holds(_ text: String, _ path: String) -> Bool {
        (try? Data(contentsOf: URL(fileURLWithPath: path)))?.range(of: Data(text.utf8)) != nil
    }
}
