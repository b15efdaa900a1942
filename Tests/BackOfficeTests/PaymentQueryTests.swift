import BackOffice
import Failures
import Foundation
import Ledger
import Testing

/// What people ask of a ledger, in their words.
struct BookQueryTests {
    private func query(_ set: (inout PaymentQuery) -> Void) -> PaymentQuery {
        var query = PaymentQuery()
        set(&query)
        return query
    }

    @Test func `An empty query is all of the ledger, by the machine's clock`() throws {
        let selection = try PaymentQuery().selection()
        #expect(selection == PaymentSelection(clock: ZonedClock(.current)))
    }

    @Test func `Each option sets its part of the filter`() throws {
        let selection = try query {
            ($0.reference, $0.session, $0.lastFour, $0.state) = ("INV-7", "CALL-7", "4242", "partly-refunded")
            ($0.currency, $0.search, $0.day, $0.timeZone) = ("gbp", "inv", "2026-03-29", "Europe/London")
        }.selection()
        var filter = PaymentFilter()
        (filter.reference, filter.session, filter.lastFour) = ("INV-7", "CALL-7", "4242")
        (filter.outcome, filter.currency, filter.search) = ("partly-refunded", "GBP", "inv")
        #expect(selection.filter == filter)
        #expect(selection.day?.count == 23 * 3_600_000)
        #expect(selection.clock == ZonedClock(TimeZone(identifier: "Europe/London")!))
    }

    @Test func `An invalid query is a usage error and is not repeated`() {
        let wrong: [(inout PaymentQuery) -> Void] = [
            { $0.lastFour = "424" }, { $0.lastFour = "４２４２" }, { $0.lastFour = "42424" }, { $0.state = "paid4242" },
            { $0.currency = "4242" }, { $0.currency = "XTS" }, { $0.day = "2026-02-29" }, { $0.day = "today" },
            { $0.timeZone = "Europe/Atlantis4242" }, { $0.timeZone = "../../etc/passwd" }, { $0.timeZone = "GMT+4242" },
        ]
        for set in wrong {
            let query = query(set)
            let failure = #expect(throws: Failure.self, "\(query)") { try query.selection() }
            #expect(failure?.status == .usage && failure?.advice != nil, "\(query)")
            #expect(failure?.what.contains("4242") == false, "\(query)")
        }
    }

    @Test(arguments: ["UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
    func `Zones of the tz database are known, including links`(name: String) throws {
        #expect(try TimeZone.named(name).identifier.isEmpty == false)
    }
}
