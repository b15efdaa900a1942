import Currencies
import Foundation
import Ledger
import PaymentSession
import Support
import Testing

/// The books as a back office asks for them.
struct PaymentReportTests {
    private static let zones = [
        "UTC", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe",
        "Pacific/Apia", "Asia/Beirut",
    ]

    @Test(arguments: zones)
    func `Days follow each other without a gap, and each time is in the day of its zone`(name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        let clock = ZonedClock(zone)
        let seed = SeededGenerator.seedOfRun()
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let time = Int.random(in: 1_200_000_000_000...1_900_000_000_000, using: &random)
            let day = try #require(BusinessDay(String(clock.text(time).prefix(10)), in: zone), "seed \(seed)")
            #expect(day.range.contains(time), "\(clock.text(time)), seed \(seed)")
            let next = try #require(BusinessDay(String(clock.text(day.range.upperBound).prefix(10)), in: zone))
            #expect(next.range.lowerBound == day.range.upperBound, "seed \(seed)")
            #expect([23, 23.5, 24, 24.5, 25].contains(Double(day.range.count) / 3_600_000), "seed \(seed)")
        }
    }

    @Test(arguments: [
        ("2026-03-29", "Europe/London", 23), ("2026-10-25", "Europe/London", 25), ("2026-11-29", "Europe/London", 24),
        ("2026-03-08", "America/New_York", 23), ("2026-11-01", "America/New_York", 25), ("2026-03-29", "UTC", 24),
    ])
    func `A day has the hours of its local clock`(day: String, zone: String, hours: Int) throws {
        let zone = try #require(TimeZone(identifier: zone))
        let found = try #require(BusinessDay(day, in: zone))
        #expect(found.range.count == hours * 3_600_000)
    }

    @Test(arguments: [
        "", "2026-02-29", "2026-13-01", "2026-11-31", "26-11-21", "2026-1-1", "today", "2026-11-21T00:00", "-026-11-21",
        "２０２６-11-21", "0000-01-01",
    ])
    func `A text that is not a date is refused`(text: String) { #expect(BusinessDay(text, in: .gmt) == nil) }

    @Test func `A day that a time zone skipped is refused there`() throws {
        let samoa = try #require(TimeZone(identifier: "Pacific/Apia"))
        #expect(BusinessDay("2011-12-30", in: samoa) == nil)
        #expect(BusinessDay("2011-12-31", in: samoa) != nil)
    }

    @Test(arguments: [
        (0, "UTC", "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00 +00:00"),
        (1_795_989_599_007, "Asia/Kolkata", "2026-11-30T03:29:59.007+05:30", "2026-11-30 03:29:59 +05:30"),
        (1_795_989_599_007, "America/New_York", "2026-11-29T16:59:59.007-05:00", "2026-11-29 16:59:59 -05:00"),
        (-1, "UTC", "1969-12-31T23:59:59.999Z", "1969-12-31 23:59:59 +00:00"),
    ])
    func `A time has its offset from UTC`(time: Int, zone: String, text: String, receipt: String) throws {
        let clock = ZonedClock(try #require(TimeZone(identifier: zone)))
        #expect(clock.text(time) == text)
        #expect(clock.receiptText(time) == receipt)
    }

    /// Payments in several currencies, one of them partly refunded, one declined.
    private func books(of kind: PaymentKind = .test) async throws -> LedgerProbe {
        let probe = try LedgerProbe()
        try await probe.ledger.adopt(kind)
        for (name, amount, currency, reference) in [
            ("A", 4200, "GBP", "INV-7"), ("B", 4200, "JPY", "INV-8"), ("C", 4200, "KWD", "inv-9"),
            ("D", 999, "GBP", nil),
        ] {
            let order = PaymentOrder(
                sessionID: name, attempt: 1, amount: amount, currency: currency, reference: reference)
            try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
            try await probe.ledger.conclude(
                order.idempotencyKey,
                name == "D"
                    ? .declined(Decline(code: GatewayCode("card_declined")!))
                    : .approved(Approval(paymentID: "pi_" + name)))
            try await probe.ledger.end(order, as: name == "D" ? .declined : .approved)
        }
        _ = try await probe.ledger.beginRefund(
            of: "pi_A", amount: 400, key: "r", isVoid: false, at: LedgerProbe.address)
        try await probe.ledger.concludeRefund("r", as: .done, refund: "re_1")
        return probe
    }

    @Test func `Amounts are in major units with minor units beside them, in every format`() async throws {
        let probe = try await books()
        let csv = try await LedgerShell(["reconcile", probe.path, "--time-zone", "UTC"]).output
        for words in [
            "GBP,visa", ",42.00,4200,GBP,", ",4200,4200,JPY,", ",4.200,4200,KWD,", ",partly-refunded,4.00,400,",
        ] {
            #expect(words == "GBP,visa" || csv.contains(words), "\(words): \(csv)")
        }
        #expect(!csv.hasPrefix("\u{FEFF}"))
        #expect(csv.components(separatedBy: "\r\n").count == 6)
        let marked = try await LedgerShell(["list", probe.path, "--format", "csv", "--bom"]).output
        #expect(marked.unicodeScalars.first == "\u{FEFF}")
        let lines = try await LedgerShell(["list", probe.path, "--format", "ndjson"]).output.split(separator: "\n")
        let objects = try lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let amounts = Dictionary(
            uniqueKeysWithValues: objects.map { ($0["session"] as? String ?? "", $0["amount"] as? String) })
        #expect(amounts == ["A": "42.00", "B": "4200", "C": "4.200", "D": "9.99"])
        #expect(objects.allSatisfy { $0["amount_minor"] as? Int != nil })
        #expect(objects.first { $0["session"] as? String == "A" }?["state"] as? String == "partly-refunded")
        let text = try await LedgerShell(["list", probe.path]).output
        #expect(
            text.contains("GBP 42.00  partly-refunded (GBP 4.00 given back)  visa 4242  INV-7  A  pi_A  TEST\n"),
            "\(text)")
    }

    @Test func `Totals are by currency and outcome, and sums of the money that is left`() async throws {
        let probe = try await books()
        let text = try await LedgerShell(["reconcile", probe.path, "--format", "text"]).output
        for line in [
            "GBP  partly-refunded   1  GBP 42.00  GBP 4.00 given back  TEST\n",
            "GBP  declined          1  GBP 9.99  TEST\n",
            "GBP  given-back        1  GBP 4.00  TEST\n", "GBP  taken GBP 42.00, given back GBP 4.00, left GBP 38.00\n",
            "JPY  approved          1  JPY 4200  TEST\n",
            "KWD  taken KWD 4.200, given back KWD 0.000, left KWD 4.200\n",
        ] { #expect(text.contains(line), "\(line): \(text)") }
        let csv = try await LedgerShell(["list", probe.path, "--totals", "--format", "csv"]).output
        #expect(
            csv.hasPrefix("currency,outcome,count,amount,amount_minor,refunded,refunded_minor,left,left_minor,test\r\n")
        )
        #expect(csv.contains("GBP,partly-refunded,1,42.00,4200,4.00,400,38.00,3800,true\r\n"), "\(csv)")
    }

    @Test(arguments: [PaymentKind.test, .real])
    func `Every line of a test payment has the mark, and no line of a real one`(kind: PaymentKind) async throws {
        let probe = try await books(of: kind)
        let isTest = kind == .test
        for command in [["list"], ["list", "--totals"], ["reconcile"], ["reconcile", "--totals"]] {
            let arguments = [command[0], probe.path] + command.dropFirst()
            let csv = try await LedgerShell(arguments + ["--format", "csv"]).output
            let rows = csv.components(separatedBy: "\r\n").filter { $0.contains(",") }
            #expect(rows.first?.hasSuffix(",test") == true && rows.count > 3)
            #expect(rows.dropFirst().allSatisfy { $0.hasSuffix(isTest ? ",true" : ",false") }, "\(csv)")
            let lines = try await LedgerShell(arguments + ["--format", "ndjson"]).output.split(separator: "\n")
            #expect(lines.count > 3 && lines.allSatisfy { $0.contains("\"test\":\(isTest)") }, "\(lines)")
        }
        for command in ["list", "reconcile", "show", "receipt"] {
            let name = ["show", "receipt"].contains(command) ? ["A"] : ["--format", "text"]
            let text = try await LedgerShell([command, probe.path] + name).output
            #expect(text.contains("TEST") == isTest, "\(text)")
            guard command == "list" || command == "reconcile" else { continue }
            for line in text.split(separator: "\n") where line.contains("visa 4242") {
                #expect(line.hasSuffix("  TEST") == isTest, "\(line)")
            }
        }
    }

    @Test(arguments: [
        (["--reference", "INV-7"], "A"), (["--session", "B"], "B"), (["--last-four", "4242"], "DCBA"),
        (["--last-four", "0000"], ""), (["--state", "partly-refunded"], "A"), (["--state", "declined"], "D"),
        (["--currency", "jpy"], "B"), (["--search", "inv-"], "CBA"), (["--search", "PI_C"], "C"),
        (["--search", "re_1"], "A"), (["--currency", "GBP", "--state", "declined"], "D"),
        (["--day", "2001-01-01"], ""),
    ])
    func `A filter lists exactly the payments that match`(options: [String], sessions: String) async throws {
        let probe = try await books()
        let lines = try await LedgerShell(["list", probe.path, "--format", "ndjson"] + options).output.split(
            separator: "\n")
        let found = try lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["session"] as? String)
        }
        #expect(Set(found) == Set(sessions.map(String.init)))
        if options.first != "--day" {
            let csv = try await LedgerShell(["reconcile", probe.path] + options).output
            #expect(csv.components(separatedBy: "\r\n").count - 2 == sessions.count, "\(csv)")
        }
    }

    @Test(arguments: [
        ["--state", "lost"], ["--currency", "zzz"], ["--last-four", "42"], ["--day", "2026-02-29"],
        ["--time-zone", "Mars/Olympus"], ["--last-four", "4242424242424242"],
    ])
    func `An invalid filter is refused in one line`(options: [String]) async throws {
        let probe = try LedgerProbe()
        for command in ["list", "reconcile"] {
            let refused = try await LedgerShell([command, probe.path] + options)
            #expect(refused.status == 64 && refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
            #expect(!refused.errors.contains("42424"))
        }
    }

    @Test func `A payment is found by its name, session or key, and an ambiguous name is refused`() async throws {
        let probe = try await books()
        let key = try #require(try probe.ledger.attempts(of: "A").first?.key)
        for name in ["pi_A", "A", key, "A-1"] { #expect(try probe.ledger.payment(named: name).payment == "pi_A") }
        #expect(throws: LedgerError.nothingTaken(session: "D", state: "declined")) {
            try probe.ledger.payment(named: "D")
        }
        #expect(throws: LedgerError.noSuch(kind: "payment, session or key", name: "nothing")) {
            try probe.ledger.payment(named: "nothing")
        }
        // Another session whose name is a payment's.
        try await probe.pay("pi_B")
        #expect(throws: LedgerError.ambiguous(name: "pi_B", candidates: ["pi_B", "pi_pi_B"])) {
            try probe.ledger.payment(named: "pi_B")
        }
        let refused = try await LedgerShell(["void", probe.path, "pi_B", "--gateway", "http://127.0.0.1:1"])
        #expect(refused.status == 64 && refused.errors.contains("pi_pi_B"), "\(refused.errors)")
    }

    @Test func `Numbers in a file cannot make a sum overflow`() async throws {
        let probe = try await books()
        try probe.tamper("UPDATE session SET amount = \(Int.max); UPDATE attempt SET amount = \(Int.max)")
        for command in [["list", "--totals"], ["list"], ["reconcile", "--format", "text"], ["reconcile"]] {
            #expect(try await LedgerShell([command[0], probe.path] + command.dropFirst()).status == 0)
        }
    }

    @Test func `A receipt has the elements of a card slip, and later refunds`() async throws {
        let probe = try await books()
        let receipt = try await LedgerShell(
            ["receipt", probe.path, "A", "--merchant", "Example & Söhne Ltd", "--time-zone", "Europe/London"])
        let time = ZonedClock(try #require(TimeZone(identifier: "Europe/London"))).receiptText(
            try probe.ledger.charge("pi_A").taken)
        for line in [
            "merchant    Example & Söhne Ltd", "date        \(time)", "order       telephone order (MOTO)",
            "outcome     partly-refunded", "amount      GBP 42.00", "brand       visa", "last four   4242",
            "reference   INV-7", "payment     pi_A", "given back  GBP 4.00 on 20",
        ] { #expect(receipt.output.contains(line), "\(line): \(receipt.output)") }
        #expect(!receipt.output.contains("12/34"))
        for name in ["", " ", "4242424242424242", "a\u{1b}[31m", String(repeating: "x", count: 65)] {
            #expect(try await LedgerShell(["receipt", probe.path, "A", "--merchant", name]).status == 64, "\(name)")
        }
    }
}
