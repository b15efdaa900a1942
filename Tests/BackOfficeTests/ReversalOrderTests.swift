import BackOffice
import Failures
import Gateway
import Ledger
import PaymentSession
import Testing

/// Orders to give money back.
struct ReversalOrderTests {
    @Test(arguments: [
        ("GBP", "4.00", "GBP 4.00"), ("JPY", "400", "JPY 400"), ("GBP", nil, "GBP 42.00"), ("JPY", nil, "JPY 4200"),
    ])
    func `A refund is in major units of the payment's currency, or the whole rest`(
        currency: String, amount: String?, words: String
    ) async throws {
        let books = try await MemoryBooks()
        try await books.payment("A", 4200, currency)
        let done = try await ReversalOrder.refund(amount, of: "pi_A", in: books.ledger).carryOut(at: books.account())
        #expect(done == "re_1  \(words) of pi_A given back  TEST")
        #expect(books.gateway.log.count == 1)
    }

    @Test func `An amount that is invalid for the currency is refused before the gateway is asked`() async throws {
        let books = try await MemoryBooks()
        try await books.payment("A", 4200, "JPY")
        for amount in ["4.00", "0", "-4", "", "4e2"] {
            let failure = #expect(throws: Failure.self) { try ReversalOrder.refund(amount, of: "A", in: books.ledger) }
            #expect(failure?.status == .usage && failure?.code == "payment.amount", "\(amount)")
        }
        #expect(books.gateway.log.isEmpty)
    }

    @Test func `A void reports whether the payment was cancelled or refunded`() async throws {
        let books = try await MemoryBooks()
        try await books.payment("A")
        let done = try await ReversalOrder.void("A", in: books.ledger).carryOut(at: books.account())
        #expect(done == "pi_A called off  TEST")
        #expect(books.gateway.log == ["cancel pi_A"])
    }

    @Test func `A gateway of the other payment kind gets no request`() async throws {
        let books = try await MemoryBooks(.real)
        try await books.payment("A")
        let order = try ReversalOrder.refund(nil, of: "A", in: books.ledger)
        await #expect(throws: LedgerError.holdsOtherKind(path: "day.ledger", .real)) {
            try await order.carryOut(at: books.account(.test))
        }
        #expect(books.gateway.log.isEmpty)
    }

    @Test(arguments: [
        (GatewayFault.cannotConnect, "gateway.unreachable", Failure.Status.unavailable),
        (.timedOut, "gateway.in-doubt", .unavailable),
        (.refused(GatewayRefusal(status: 400)), "gateway.refused", .finding),
    ])
    func `A fault tells whether the money may have been returned`(
        fault: GatewayFault, code: String, status: Failure.Status
    ) async throws {
        let books = try await MemoryBooks(fault: fault)
        try await books.payment("A")
        let order = try ReversalOrder.refund("4.00", of: "A", in: books.ledger)
        let error = await #expect(throws: ReversalFailure.self) { try await order.carryOut(at: books.account()) }
        #expect(error?.failure.code == code && error?.failure.status == status)
        #expect(error?.failure.file == MemoryBooks.address)
        let isOpen = try !ledgerIsSettled(books)
        #expect(isOpen == (code == "gateway.in-doubt"))
    }

    private func ledgerIsSettled(_ books: MemoryBooks) throws -> Bool {
        try books.ledger.reconciliation().allSatisfy { !$0.isOpen }
    }
}
