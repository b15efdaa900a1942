internal import LineControl

extension PaymentMachine {
    /// Follows a command of the agent, in any state.
    mutating func follow(_ command: AgentCommand) -> [SessionAction] {
        if let refusal = refusal(of: command) { return [.refuse(command, refusal)] }
        switch command {
        case .secure:
            phase = .secured
            return secureLine()
        case .collect:
            let secured = state == .idle ? secureLine() : []
            return secured + advance(with: CapturedFields())
        case .recollect(let field):
            var fields = phase.takeFields()
            fields.forget(field)
            return [.notify(.fieldCleared(field))] + ask(for: field, with: fields)
        case .submit:
            guard let fields = phase.takeComplete() else { return [] }
            return submit(fields)
        case .anotherCard:
            timers.start(.session, for: settings.profile.sessionTimeout)
            return advance(with: CapturedFields(accountNumber: shown.accountNumber))
        case .cancel: return cancel(by: .agent)
        }
    }

    /// The reason why `command` is refused in the present state; `nil` if it is allowed.
    private func refusal(of command: AgentCommand) -> CommandRefusal? {
        switch (command, state) {
        case (.secure, .idle), (.collect, .idle), (.collect, .secured): nil
        case (_, .ended): .ended
        case (.secure, _), (.collect, _): .sessionInProgress
        case (.recollect(let field), .collecting), (.recollect(let field), .complete):
            settings.fields.contains(field) ? nil : .fieldNotAsked
        case (.submit, .complete): nil
        case (.submit, .idle), (.submit, .secured), (.submit, .collecting): .incomplete
        case (.anotherCard, .declined): attempt < settings.profile.cards ? nil : .tooManyCards
        case (.cancel, .voiding): .notNow
        case (.cancel, _): nil
        case (.recollect, _), (.submit, _), (.anotherCard, _): .notNow
        }
    }

    /// Cancels the session, by the agent's command or the caller's key.
    mutating func cancel(by party: Party) -> [SessionAction] {
        switch state {
        case .voiding, .ended, .submitted(.cancelled): []
        case .declined(let decline): end(.declined(decline))
        case .submitted where !phase.holdsUntakenCard: withdraw(.cancelled(party))
        case .idle, .secured, .collecting, .complete, .submitted: end(.cancelled(party))
        }
    }

    /// Ends the session because the caller hung up or the audio is lost.
    mutating func callerLeft(_ ending: SessionEnd) -> [SessionAction] {
        switch state {
        case .voiding, .ended, .submitted(.callerGone), .submitted(.cancelled), .submitted(.failed): []
        case .declined(let decline): end(.declined(decline))
        case .submitted where !phase.holdsUntakenCard: withdraw(.callerGone)
        case .idle, .secured, .collecting, .complete, .submitted: end(ending)
        }
    }

    /// Mutes the legs because a component failed, in any state.
    mutating func fail(_ part: CriticalComponent) -> [SessionAction] {
        let muted = setLine(.muted)
        switch state {
        // An earlier cancellation stays in force.
        case .ended, .voiding, .submitted(.failed), .submitted(.cancelled): return muted
        case .submitted where !phase.holdsUntakenCard: return muted + withdraw(.failed(part))
        case .idle, .secured, .collecting, .complete, .submitted, .declined: return muted + end(.failed(part))
        }
    }

    /// Changes what the pending answer will lead to.
    private mutating func withdraw(_ disposition: PendingDisposition) -> [SessionAction] {
        guard let order = phase.awaitedOrder else { return [] }
        phase = .awaiting(order, disposition)
        return [.notify(.awaitingAnswer(disposition))]
    }
}
