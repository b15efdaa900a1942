import BackOffice
import Foundation
import Ledger
import PaymentSession
import Testing

/// Sessions as a table and on a sheet.
struct SessionListTests {
    private func books(_ kind: PaymentKind = .test) async throws -> MemoryBooks {
        let books = try await MemoryBooks(kind)
        try await books.payment("A", 4200, "GBP", reference: "INV-7")
        try await books.payment("B", 4200, "JPY")
        try await books.attempt("C", 999, outcome: MemoryBooks.declined)
        _ = try await ReversalOrder.refund("4.00", of: "A", in: books.ledger).carryOut(at: books.account(kind))
        return books
    }

    private func text(_ books: MemoryBooks, _ style: TableStyle, _ filter: PaymentFilter = PaymentFilter()) throws
        -> String
    {
        var text = ""
        let list = try SessionList(of: books.ledger, PaymentSelection(filter: filter, clock: .utc))
        list.write(style) { text += $0 }
        return text
    }

    @Test func `Every format has every session that passes the filter`() async throws {
        let books = try await books()
        var pounds = PaymentFilter()
        pounds.currency = "GBP"
        for (filter, count) in [(PaymentFilter(), 3), (pounds, 2)] {
            #expect(try text(books, TableStyle(.text), filter).split(separator: "\n").count == count)
            #expect(try text(books, TableStyle(.csv), filter).split(separator: "\r\n").count == count + 1)
            let objects = try text(books, TableStyle(.ndjson), filter).split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(objects.count == count && objects.allSatisfy { $0["test"] as? Bool == true })
        }
    }

    @Test(arguments: [PaymentKind.test, .real])
    func `A line shows the amount returned, and TEST if no money moved`(kind: PaymentKind) async throws {
        let lines = try text(try await books(kind), TableStyle(.text)).split(separator: "\n")
        let line = try #require(lines.first { $0.contains("pi_A") })
        let end = kind == .test ? "  TEST" : ""
        #expect(
            line.hasSuffix("  GBP 42.00  partly-refunded (GBP 4.00 given back)  visa 4242  INV-7  A  pi_A" + end))
        #expect(lines.filter { $0.hasSuffix("TEST") }.count == (kind == .test ? 3 : 0))
    }

    @Test func `Totals have one line for each currency and outcome, and the rest for each currency`() async throws {
        let totals = try text(try await books(), TableStyle(.text, showsTotals: true))
        #expect(totals.contains("GBP  taken GBP 42.00, given back GBP 4.00, left GBP 38.00\n"))
        #expect(totals.contains("JPY  taken JPY 4200, given back JPY 0, left JPY 4200\n"))
        #expect(totals.split(separator: "\n").count == 5)
    }

    @Test func `A byte order mark precedes only CSV`() async throws {
        let books = try await books()
        for format in TableStyle.Format.allCases {
            let marked = try text(books, TableStyle(format, hasByteOrderMark: true))
            #expect(marked.unicodeScalars.first == "\u{FEFF}" || format != .csv)
            #expect(try marked.hasSuffix(text(books, TableStyle(format))))
        }
    }

    @Test func `A sheet has the attempt, the charge, the refund and the receipts, by any of the session's names`()
        async throws
    {
        let books = try await books()
        try await books.ledger.recordReceipt(for: "pi_A", to: "payer@example.com")
        let sheets = try ["A", "pi_A", "A-1"].map {
            try SessionSheet(of: $0, in: books.ledger, clock: .utc).text
        }
        #expect(Set(sheets).count == 1)
        let lines = sheets[0].split(separator: "\n")
        #expect(lines.allSatisfy { $0.dropFirst(11).first == " " && $0.dropFirst(12).first != " " })
        let names = lines.map { $0.prefix(12).split(separator: "  ")[0].trimmingCharacters(in: .whitespaces) }
        #expect(
            names == [
                "test", "session", "state", "amount", "reference", "opened", "closed", "attempt 1", "charge", "refund",
                "receipt",
            ])
        #expect(throws: LedgerError.noSuch(kind: "payment, session or key", name: "D")) {
            try SessionSheet(of: "D", in: books.ledger, clock: .utc)
        }
    }
}
