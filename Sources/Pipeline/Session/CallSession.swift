public import Gateway
public import PaymentSession

/// The payment session of one call, owned by one actor that a recording, a live line or a server drives.
///
/// It performs what the ``PaymentMachine`` orders: asks the gateway, tells followers. It has no clock of its own: every event
/// comes with its time since the call began, so that a recording can be played faster than it was made.
public actor CallSession {
    /// What whoever carries the audio has to heed.
    public struct Direction: Sendable, Hashable {
        /// What may be heard now.
        public var line: LineCondition
        /// When the session wants a tick.
        public var nextDeadline: Duration?
        /// Whether the gateway is being asked: ``CallSession/hearAnswer(at:)`` waits for it.
        public var awaitsAnswer: Bool
        /// Whether the session has ended.
        public var isOver: Bool
    }

    private enum Reply: Sendable {
        case payment(GatewayAnswer, attempt: Int)
        case notRecorded(attempt: Int)
        case void(VoidOutcome)
    }

    private var machine: PaymentMachine
    private let gateway: any PaymentGateway
    private let journal: (any AttemptJournal)?
    private var request: Task<Reply, Never>?
    private var followers = Followers()

    /// Why the gateway's last answer is no answer; `nil` where it is one.
    public private(set) var fault: GatewayFault?

    /// A session that has not begun.
    ///
    /// - Parameters:
    ///   - gateway: Where payments go.
    ///   - journal: What records an attempt before it is sent; where it fails, nothing is sent.
    public init(_ settings: SessionSettings, gateway: any PaymentGateway, journal: (any AttemptJournal)? = nil) {
        machine = PaymentMachine(settings)
        self.gateway = gateway
        self.journal = journal
    }

    /// What the agent sees now.
    public var view: AgentView { machine.agentView }

    /// How the legs stand and what the session waits for.
    public var direction: Direction {
        let isOver = if case .ended = machine.state { true } else { false }
        return Direction(
            line: machine.line, nextDeadline: machine.nextDeadline, awaitsAnswer: request != nil, isOver: isOver)
    }

    /// Every event of the session from its beginning on, for as many readers as ask; it ends with the session.
    public func events() -> AsyncStream<CallEvent> { followers.follow() }

    /// Hands `event` to the session.
    @discardableResult
    public func send(_ event: SessionEvent, at time: Duration) -> Direction {
        for action in machine.handle(event, at: time) { perform(action, at: time) }
        if direction.isOver { followers.finish() }
        return direction
    }

    /// Waits for what the gateway is being asked and hands it to the session, at the time it then is; returns at once where
    /// nothing is asked.
    @discardableResult
    public func hearAnswer(at time: @Sendable () -> Duration) async -> Direction {
        guard let asked = request else { return direction }
        let reply = await asked.value
        // Two callers may wait for one reply; the first to wake hands it over.
        guard request == asked else { return direction }
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

    private func perform(_ action: SessionAction, at time: Duration) {
        switch action {
        case .line(let condition): publish(.line(condition), at: time)
        case .notify(let notice): publish(.notice(notice), at: time)
        case .prompt(let prompt): publish(.prompt(prompt), at: time)
        case .refuse(let command, let refusal): publish(.refused(command, refusal), at: time)
        case .submit(let order): submit(order)
        case .void(let paymentID, let key):
            request = Task { [gateway] in .void(await gateway.takeBack(paymentID, key)) }
        }
    }

    private func submit(_ order: PaymentOrder) {
        guard let card = machine.takeCard() else { return }
        let attempt = AttemptRecord(order: order, brand: card.brand, lastFour: card.lastFour, expiry: card.expiry)
        let parcel = Once(card)
        request = Task { [gateway, journal] in
            do { try await journal?.willSend(attempt) } catch { return .notRecorded(attempt: order.attempt) }
            guard let card = parcel.take() else { return .notRecorded(attempt: order.attempt) }
            let answer = await gateway.pay(order, with: card)
            await journal?.didReceive(answer, for: attempt)
            return .payment(answer, attempt: order.attempt)
        }
    }

    private func publish(_ kind: CallEvent.Kind, at time: Duration) {
        followers.tell(CallEvent(time: time, kind: kind, view: machine.agentView))
    }
}

extension PaymentGateway {
    /// An approved payment taken back.
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
