import Foundation
import Gateway
import PaymentSession
import Support
import Synchronization

/// A gateway with state of its own that fails as `tonewall gateway --faults` does, without a network between: a request
/// is lost before or after it was booked, comes late, or is answered as it should be.
final class FaultyGateway: PaymentGateway {
    /// A payment in the gateway's state.
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

    private struct GatewayState {
        var random: SeededGenerator
        var keys: [String: Record] = [:]
        var payments: [String: Payment] = [:]
        /// Requests that are still on their way.
        var late: [PaymentOrder] = []
        var isWell = false
    }

    private let state: Mutex<GatewayState>

    init(seed: UInt64) { state = Mutex(GatewayState(random: SeededGenerator(seed: seed))) }

    /// Everything that was taken.
    var payments: [Payment] { state.withLock { Array($0.payments.values) } }

    /// Answers without faults from now on. Delayed requests arrive.
    func heal() {
        state.withLock { state in
            state.isWell = true
            for order in state.late { _ = Self.book(order, &state) }
            state.late = []
        }
    }

    /// What happens to a request.
    private enum Fate { case answered, lostBefore, lostAfter, late, neverSent }

    private static func fate(_ state: inout GatewayState) -> Fate {
        if state.isWell { return .answered }
        switch Int.random(in: 0..<20, using: &state.random) {
        case 0, 1: return .lostBefore
        case 2, 3: return .lostAfter
        case 4: return .late
        case 5: return .neverSent
        default: return .answered
        }
    }

    private static func book(_ order: PaymentOrder, _ state: inout GatewayState) -> Record {
        if let known = state.keys[order.idempotencyKey] { return known }
        let record: Record
        if Int.random(in: 0..<5, using: &state.random) == 0 {
            record = .declined
        } else {
            let name = "pi_\(state.payments.count + 1)x"
            state.payments[name] = Payment(
                name: name, order: order, isCaptured: Bool.random(using: &state.random))
            record = .taken(name)
        }
        state.keys[order.idempotencyKey] = record
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
        state.withLock { state in
            switch Self.fate(&state) {
            case .answered: return Self.answer(Self.book(order, &state))
            case .neverSent: return GatewayAnswer(outcome: .unreachable, fault: .cannotConnect)
            case .lostBefore: break
            case .lostAfter: _ = Self.book(order, &state)
            case .late: state.late.append(order)
            }
            return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: .timedOut)
        }
    }

    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        state.withLock { state in
            let fate = Self.fate(&state)
            guard fate != .lostBefore, fate != .neverSent else {
                return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: .timedOut)
            }
            // Sometimes a delayed request has arrived by now.
            if Bool.random(using: &state.random), let late = state.late.firstIndex(of: order) {
                _ = Self.book(state.late.remove(at: late), &state)
            }
            if state.keys[order.idempotencyKey] == nil { state.keys[order.idempotencyKey] = .placeholder }
            guard fate == .answered, let record = state.keys[order.idempotencyKey] else {
                return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: .timedOut)
            }
            return Self.answer(record)
        }
    }

    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        try ask { state throws(GatewayFault) in try Self.cancel(paymentID, &state) }
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        try ask { state throws(GatewayFault) in
            try Self.refund(paymentID, amount?.minorUnits, idempotencyKey, &state)
        }
        return "re_" + idempotencyKey
    }

    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        settled(nil) { state throws(GatewayFault) in try Self.cancel(paymentID, &state) }
    }

    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        settled("re_" + idempotencyKey) { state throws(GatewayFault) in
            try Self.refund(paymentID, amount.minorUnits, idempotencyKey, &state)
        }
    }

    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        state.withLock { state in
            guard var payment = state.payments[paymentID],
                let place = payment.refunds.firstIndex(where: { $0.key == idempotencyKey })
            else { return .notDone(.refused(GatewayRefusal(status: 404))) }
            // A bank sends one back now and then.
            if !state.isWell, Int.random(in: 0..<8, using: &state.random) == 0 {
                payment.refunds[place].isSentBack = true
                state.payments[paymentID] = payment
            }
            if Self.fate(&state) != .answered { return .unknown(.timedOut) }
            return payment.refunds[place].isSentBack
                ? .notDone(.refused(GatewayRefusal(status: 402))) : .done(refundID: "re_" + idempotencyKey)
        }
    }

    private static func cancel(_ payment: String, _ state: inout GatewayState) throws(GatewayFault) {
        guard var found = state.payments[payment] else { throw .refused(GatewayRefusal(status: 404)) }
        if found.isCancelled { return }
        guard !found.isCaptured, found.refunds.isEmpty else { throw .refused(GatewayRefusal(status: 400)) }
        found.isCancelled = true
        state.payments[payment] = found
    }

    private static func refund(
        _ payment: String, _ amount: Int?, _ key: String, _ state: inout GatewayState
    ) throws(GatewayFault) {
        guard var found = state.payments[payment] else { throw .refused(GatewayRefusal(status: 404)) }
        if found.refunds.contains(where: { $0.key == key }) { return }
        let left = found.order.amount - found.givenBack
        guard left > 0, amount ?? left <= left else { throw .refused(GatewayRefusal(status: 400)) }
        found.isCaptured = true
        found.refunds.append((key, amount ?? left, false))
        state.payments[payment] = found
    }

    private func ask(_ work: (inout GatewayState) throws(GatewayFault) -> Void) throws(GatewayFault) {
        try state.withLock { state throws(GatewayFault) in
            switch Self.fate(&state) {
            case .answered: try work(&state)
            case .neverSent: throw .cannotConnect
            case .lostBefore, .late: throw .timedOut
            case .lostAfter:
                try? work(&state)
                throw .timedOut
            }
        }
    }

    private func settled(_ name: String?, _ work: (inout GatewayState) throws(GatewayFault) -> Void) -> ReversalOutcome
    {
        do throws(GatewayFault) {
            try ask(work)
            return .done(refundID: name)
        } catch {
            if case .refused = error { return .notDone(error) }
            return .unknown(error)
        }
    }
}
