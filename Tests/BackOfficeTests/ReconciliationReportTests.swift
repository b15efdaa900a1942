import BackOffice
import Failures
import Foundation
import Gateway
import Ledger
import PaymentSession
import Testing

/// The list for the end of a day.
struct ReconciliationReportTests {
    private func report(
        _ books: MemoryBooks, _ selection: PaymentSelection = PaymentSelection(clock: .utc),
        after inquiry: GatewayInquiry? = nil
    ) throws -> ReconciliationReport {
        try ReconciliationReport(of: books.ledger, selection, after: inquiry)
    }

    @Test func `A day with everything settled has no finding`() async throws {
        let books = try await MemoryBooks()
        #expect(try report(books).finding == nil)
        try await books.payment("A")
        try await books.attempt("B", outcome: MemoryBooks.declined)
        #expect(try report(books).finding == nil)
    }

    @Test func `Open items are counted, even outside the filter`() async throws {
        let books = try await MemoryBooks()
        try await books.payment("A")
        try await books.attempt("B", outcome: .unknown(paymentID: nil))
        try await books.attempt("C", outcome: .unknown(paymentID: nil))
        var nothing = PaymentSelection(clock: .utc)
        nothing.filter.session = "none"
        nothing.day = 0..<1
        for selection in [nothing, PaymentSelection(clock: .utc)] {
            let finding = try #require(try report(books, selection).finding)
            #expect(finding.status == .finding && finding.file == "day.ledger")
            #expect(finding.what.hasPrefix("2 attempts are open, of "))
            #expect(finding.advice == "ask with --gateway \(MemoryBooks.address)")
        }
        var text = ""
        try report(books, nothing).write(TableStyle(.csv)) { text += $0 }
        #expect(text.split(separator: "\r\n").count == 1)
    }

    @Test(arguments: [
        (GatewayFault.refused(GatewayRefusal(status: 401, isOfKey: true)), "check TONEWALL_GATEWAY_KEY"),
        (.cannotConnect, "ask again once it answers"), (.badReply, "look them up at the gateway by hand"),
    ])
    func `The advice depends on the gateway's answer`(fault: GatewayFault, advice: String) async throws {
        let books = try await MemoryBooks(fault: fault)
        try await books.attempt("B", outcome: .unknown(paymentID: nil))
        let inquiry = try await GatewayInquiry(of: books.ledger, to: books.account())
        #expect(inquiry.fault == fault)
        let finding = try #require(try report(books, after: inquiry).finding)
        #expect(finding.advice?.contains(advice) == true, "\(finding)")
    }

    @Test func `Open items at another gateway must be asked there`() async throws {
        let books = try await MemoryBooks()
        try await books.attempt("B", outcome: .unknown(paymentID: nil), at: "https://other.example")
        let inquiry = try await GatewayInquiry(of: books.ledger, to: books.account())
        #expect(try report(books, after: inquiry).finding?.advice == "ask with --gateway https://other.example")
    }

    @Test func `A gateway of the other payment kind is not asked`() async throws {
        let books = try await MemoryBooks(.real)
        await #expect(throws: LedgerError.holdsOtherKind(path: "day.ledger", .real)) {
            try await GatewayInquiry(of: books.ledger, to: books.account(.test))
        }
    }

    @Test(arguments: TableStyle.Format.allCases)
    func `CSV in a file leaves the totals and the log's end for the screen`(format: TableStyle.Format) async throws {
        let books = try await MemoryBooks()
        try await books.payment("A")
        let report = try report(books)
        var (alone, beside) = ("", "")
        report.write(TableStyle(format)) { alone += $0 }
        report.write(TableStyle(format), hasCSVFile: true) { beside += $0 }
        let end = "head  \(report.chainEnd.text)\n"
        #expect(alone.hasSuffix(end) == (format == .text) && beside.hasSuffix(end) == (format != .ndjson))
        #expect((alone == beside) == (format != .csv))
        #expect((alone == report.csv(TableStyle(format))) == (format == .csv))
    }
}
