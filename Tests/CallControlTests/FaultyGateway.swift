import Foundation
import Gateway
import PaymentSession
import Support
import Synchronization

/// A gateway with books of its own that fails as `tonewall gateway --faults` does, without a network between: a request
/// is lost before or after it was booked, comes late, or is answered as it should be.
final class FaultyGateway: PaymentGateway {
    /// A payment in the gateway's books.
    struct Payment {
        var name: String
        var order: PaymentOrder
        /// Whether its money has moved; what has not can be called off.
        var isCaptured: Bool
        var isCancelled = false
        var refunds: [(key: String, amount: Int, isSentBack: Bool)] = []

        var givenBack: Int {
            isCancelled ? order.amount : refunds.reduce(0) { $0 + ($1.isSentBack ? 0 : $1.amount) }
        }
    }

    private enum Record { case taken(String), declined, placeholder }

    private struct Books {
        var random: SeededGenerator
        var keys: [String: Record] = [:]
        var payments: [String: Payment] = [:]
        /// Requests that are still on their way.
        var late: [PaymentOrder] = []
        var isWell = false
    }

    private let books: Mutex<Books>

    init(seed: UInt64) { books = Mutex(Books(random: SeededGenerator(seed: seed))) }

    /// Everything that was taken.
    var payments: [Payment] { books.withLock { Array($0.payments.values) } }

    /// Answers everything as it should from now on; what was on its way arrives.
    func heal() {
        books.withLock { books in
            books.isWell = true
            for order in books.late { _ = Self.book(order, &books) }
            books.late = []
        }
    }

    /// What happens to a request.
    private enum Fate { case answered, lostBefore, lostAfter, late, neverSent }

    private static func fate(_ books: inout Books) -> Fate {
        if books.isWell { return .answered }
        switch Int.random(in: 0..<20, using: &books.random) {
        case 0, 1: return .lostBefore
        case 2, 3: return .lostAfter
        case 4: return .late
        case 5: return .neverSent
        default: return .answered
        }
    }

    private static func book(_ order: PaymentOrder, _ books: inout Books) -> Record {
        if let known = books.keys[order.idempotencyKey] { return known }
        let record: Record
        if Int.random(in: 0..<5, using: &books.random) == 0 {
            record = .declined
        } else {
            let name = "pi_\(books.payments.count + 1)x"
            books.payments[name] = Payment(
                name: name, order: order, isCaptured: Bool.random(using: &books.random))
            record = .taken(name)
        }
        books.keys[order.idempotencyKey] = record
        return record
    }

    private static func answer(_ record: Record) -> GatewayAnswer {
        switch record {
        case .taken(let name): GatewayAnswer(outcome: .approved(Approval(paymentID: name)))
        case .declined: GatewayAnswer(outcome: .declined(Decline(code: GatewayCode("card_declined")!)))
        case .placeholder: GatewayAnswer(outcome: .unreachable)
        }
    }

    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        books.withLock { books in
            switch Self.fate(&books) {
            case .answered: return Self.answer(Self.book(order, &books))
            case .neverSent: return GatewayAnswer(outcome: .unreachable, fault: .cannotConnect)
            case .lostBefore: break
            case .lostAfter: _ = Self.book(order, &books)
            case .late: books.late.append(order)
            }
            return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: .timedOut)
        }
    }

    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        books.withLock { books in
            let fate = Self.fate(&books)
            guard fate != .lostBefore, fate != .neverSent else {
                return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: .timedOut)
            }
            // Now and then what was on its way is there by now.
            if Bool.random(using: &books.random), let late = books.late.firstIndex(of: order) {
                _ = Self.book(books.late.remove(at: late), &books)
            }
            if books.keys[order.idempotencyKey] == nil { books.keys[order.idempotencyKey] = .placeholder }
            guard fate == .answered, let record = books.keys[order.idempotencyKey] else {
                return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: .timedOut)
            }
            return Self.answer(record)
        }
    }

    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        try ask { books throws(GatewayFault) in try Self.cancel(paymentID, &books) }
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        try ask { books throws(GatewayFault) in
            try Self.refund(paymentID, amount?.minorUnits, idempotencyKey, &books)
        }
        return "re_" + idempotencyKey
    }

    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        settled(nil) { books throws(GatewayFault) in try Self.cancel(paymentID, &books) }
    }

    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        settled("re_" + idempotencyKey) { books throws(GatewayFault) in
            try Self.refund(paymentID, amount.minorUnits, idempotencyKey, &books)
        }
    }

    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        books.withLock { books in
            guard var payment = books.payments[paymentID],
                let place = payment.refunds.firstIndex(where: { $0.key == idempotencyKey })
            else { return .notDone(.refused(status: 404, code: nil)) }
            // A bank sends one back now and then.
            if !books.isWell, Int.random(in: 0..<8, using: &books.random) == 0 {
                payment.refunds[place].isSentBack = true
                books.payments[paymentID] = payment
            }
            if Self.fate(&books) != .answered { return .unknown(.timedOut) }
            return payment.refunds[place].isSentBack
                ? .notDone(.refused(status: 402, code: nil)) : .done(refundID: "re_" + idempotencyKey)
        }
    }

    private static func cancel(_ payment: String, _ books: inout Books) throws(GatewayFault) {
        guard var found = books.payments[payment] else { throw .refused(status: 404, code: nil) }
        if found.isCancelled { return }
        guard !found.isCaptured, found.refunds.isEmpty else { throw .refused(status: 400, code: nil) }
        found.isCancelled = true
        books.payments[payment] = found
    }

    private static func refund(
        _ payment: String, _ amount: Int?, _ key: String, _ books: inout Books
    ) throws(GatewayFault) {
        guard var found = books.payments[payment] else { throw .refused(status: 404, code: nil) }
        if found.refunds.contains(where: { $0.key == key }) { return }
        let left = found.order.amount - found.givenBack
        guard left > 0, amount ?? left <= left else { throw .refused(status: 400, code: nil) }
        found.isCaptured = true
        found.refunds.append((key, amount ?? left, false))
        books.payments[payment] = found
    }

    private func ask(_ work: (inout Books) throws(GatewayFault) -> Void) throws(GatewayFault) {
        try books.withLock { books throws(GatewayFault) in
            switch Self.fate(&books) {
            case .answered: try work(&books)
            case .neverSent: throw .cannotConnect
            case .lostBefore, .late: throw .timedOut
            case .lostAfter:
                try? work(&books)
                throw .timedOut
            }
        }
    }

    private func settled(_ name: String?, _ work: (inout Books) throws(GatewayFault) -> Void) -> ReversalOutcome {
        do throws(GatewayFault) {
            try ask(work)
            return .done(refundID: name)
        } catch {
            if case .refused = error { return .notDone(error) }
            return .unknown(error)
        }
    }
}
