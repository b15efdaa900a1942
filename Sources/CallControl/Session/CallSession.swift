package import Foundation
package import Gateway
package import LineControl
package import PaymentSession
package import SecretProtocols
internal import Secrets

/// The payment session of one call. One actor owns it, and a recording, a live line or a server drives it.
///
/// It carries out the orders of the `PaymentMachine`: it asks the gateway, writes the journal and publishes events. Its
/// events carry their time since the call began, so a recording can be played faster than real time.
package actor CallSession {
    /// What the call's media and its driver must do for the session.
    package struct Directive: Sendable, Hashable {
        /// What may be heard now.
        package var line: LineCondition
        /// When the session needs its next tick; `nil` if it needs none.
        package var nextDeadline: Duration?
        /// Whether the gateway is being asked. ``CallSession/hearAnswer(at:)`` waits for the answer.
        package var awaitsAnswer: Bool
        /// Whether the session has ended.
        package var isOver: Bool
    }

    private enum Reply: Sendable {
        case payment(GatewayAnswer, attempt: Int)
        case notRecorded(attempt: Int)
        case void(VoidOutcome)
    }

    private var machine: PaymentMachine
    private let gateway: any PaymentGateway
    private let journal: (any AttemptJournal)?
    private let clock: @Sendable () -> Date
    private var request: Task<Reply, Never>?
    /// The last journal entry that is not part of a request, whether in progress or written. Each entry waits for the
    /// previous one.
    private var entry: Task<Void, Never>?
    private var broadcaster = EventBroadcaster()

    /// What was wrong with the gateway's last answer; `nil` if it was valid.
    package private(set) var fault: GatewayFault?

    /// A session that has not begun.
    ///
    /// - Parameters:
    ///   - gateway: Where payments go.
    ///   - journal: Records an attempt before it is sent. If that fails, the attempt is not sent.
    ///   - secrets: Where the caller's digits are stored.
    ///   - clock: The wall clock of the events.
    package init(
        _ settings: SessionSettings, gateway: any PaymentGateway, journal: SessionJournal,
        secrets: any SecretStore = LockedMemory(),
        clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        var settings = settings
        switch journal {
        case .kept(let journal):
            self.journal = journal
            settings.keyScope = journal.keyScope
        case .none:
            self.journal = nil
            settings.keyScope = settings.keyScope ?? KeyScope.ofProcess
        }
        machine = PaymentMachine(settings, secrets: secrets)
        self.gateway = gateway
        self.clock = clock
        if self.journal == nil { broadcaster.publish(Self.event(.noLedger, of: machine, at: .zero, clock())) }
    }

    /// The agent's present view.
    package var view: AgentView { machine.agentView }

    /// The idempotency key of the present attempt; `nil` before the first.
    package var idempotencyKey: String? { machine.idempotencyKey }

    /// What may be heard, and what the session waits for.
    package var directive: Directive {
        let isOver = if case .ended = machine.state { true } else { false }
        return Directive(
            line: machine.line, nextDeadline: machine.nextDeadline, awaitsAnswer: request != nil, isOver: isOver)
    }

    /// All events of the session from its beginning, for any number of readers. The stream ends with the session.
    package func events() -> AsyncStream<CallEvent> { broadcaster.subscribe() }

    /// The events from the `count`-th on, in order, for a reader that polls.
    package func events(after count: Int) -> [CallEvent] { Array(broadcaster.history.dropFirst(count)) }

    /// The names of the payment, and the key of its present attempt.
    package var identity: PaymentIdentity { Self.identity(of: machine) }

    /// Waits until the journal holds everything that has happened so far.
    package func waitUntilWritten() async { await entry?.value }

    /// Passes `event` to the session.
    ///
    /// - Parameter word: The word that was typed for a command, for the event of its refusal; `nil` for the command's
    ///   own.
    @discardableResult
    package func send(_ event: SessionEvent, at time: Duration, asWord word: String? = nil) -> Directive {
        for action in machine.handle(event, at: time) { perform(action, at: time, word) }
        if directive.isOver { broadcaster.finish() }
        return directive
    }

    /// Waits for the gateway's answer and passes it to the session, at the time when it arrives. Returns at once if
    /// there is no request.
    @discardableResult
    package func hearAnswer(at time: @Sendable () -> Duration) async -> Directive {
        guard let pending = request else { return directive }
        let reply = await pending.value
        // Two callers may wait for one answer. The first to wake passes it on.
        guard request == pending else { return directive }
        request = nil
        switch reply {
        case .payment(let answer, let attempt):
            fault = answer.fault
            return send(.answered(answer.outcome, attempt: attempt), at: time())
        case .notRecorded(let attempt):
            send(.failure(.ledger), at: time())
            return send(.answered(.unreachable, attempt: attempt), at: time())
        case .void(let outcome):
            return send(.voidAnswered(outcome), at: time())
        }
    }

    private func perform(_ action: SessionAction, at time: Duration, _ word: String?) {
        switch action {
        case .line(let condition): publish(.line(condition), at: time)
        case .notify(let notice):
            write(notice)
            publish(.notice(notice), at: time)
        case .prompt(let prompt): publish(.prompt(prompt), at: time)
        case .refuse(let command, let refusal): publish(.refused(word ?? command.words, refusal), at: time)
        case .submit(let order): submit(order)
        case .void(let paymentID, let key): takeBack(paymentID, key)
        }
    }

    /// Records what a notice means for the ledger: a cancellation during a request, and the end.
    private func write(_ notice: SessionNotice) {
        guard let journal else { return }
        let before = entry
        switch notice {
        case .awaitingAnswer(.cancelled(let party)):
            entry = Task {
                await before?.value
                await journal.wasCancelled(by: party)
            }
        case .ended(let end):
            entry = Task {
                await before?.value
                await journal.didEnd(end)
            }
        default: return
        }
    }

    private func submit(_ order: PaymentOrder) {
        guard let card = machine.takeCard() else { return }
        let attempt = AttemptRecord(order: order, card: CardFacts(card))
        let transfer = OneTimeTransfer(card)
        request = Task { [gateway, journal] in
            do { try await journal?.willSend(attempt) } catch { return .notRecorded(attempt: order.attempt) }
            guard let card = transfer.take() else { return .notRecorded(attempt: order.attempt) }
            let answer = await gateway.pay(order, with: card)
            // A cancellation that came before the answer must be recorded before it.
            await waitUntilWritten()
            let told = await journal?.didReceive(answer, for: attempt)
            return .payment(told ?? answer, attempt: order.attempt)
        }
    }

    private func takeBack(_ paymentID: String, _ key: String) {
        request = Task { [gateway, journal] in
            await waitUntilWritten()
            if let journal { return .void(await journal.takeBack(paymentID)) }
            return .void(await gateway.takeBack(paymentID, key))
        }
    }

    private func publish(_ kind: CallEvent.Kind, at time: Duration) {
        broadcaster.publish(Self.event(kind, of: machine, at: time, clock()))
    }

    private static func event(
        _ kind: CallEvent.Kind, of machine: borrowing PaymentMachine, at time: Duration, _ date: Date
    ) -> CallEvent {
        CallEvent(
            time: time, clock: Int((date.timeIntervalSince1970 * 1000).rounded(.down)),
            payment: identity(of: machine), kind: kind, view: machine.agentView)
    }

    private static func identity(of machine: borrowing PaymentMachine) -> PaymentIdentity {
        PaymentIdentity(
            session: machine.settings.sessionID, call: machine.settings.callID, idempotencyKey: machine.idempotencyKey)
    }
}

/// The part of an idempotency key that identifies a ledger, or a process if a payment is written nowhere.
enum KeyScope {
    static let ofProcess = "p" + PaymentOrder.newKeyScope()
}

extension PaymentGateway {
    /// Voids an approved payment.
    fileprivate func takeBack(_ paymentID: String, _ key: String) async -> VoidOutcome {
        do throws(GatewayFault) {
            switch try await void(paymentID: paymentID, idempotencyKey: key) {
            case .voided: return .voided
            case .refunded: return .refunded
            }
        } catch {
            return .failed
        }
    }
}
