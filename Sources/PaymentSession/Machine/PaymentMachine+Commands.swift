internal import LineControl

extension PaymentMachine {
    /// A command of the agent's, in any state.
    mutating func follow(_ command: AgentCommand) {
        if let refusal = refusal(of: command) {
            pending.append(.refuse(command, refusal))
            return
        }
        switch command {
        case .secure:
            state = .secured
            secureLine()
        case .collect:
            if state == .idle { secureLine() }
            goOn()
        case .recollect(let field):
            forget(field)
            notify(.fieldCleared(field))
            ask(for: field)
        case .submit: submit()
        case .anotherCard:
            for field in settings.fields where field != .accountNumber { forget(field) }
            failures = [:]
            timers.start(.session, for: settings.profile.sessionTimeout)
            goOn()
        case .cancel: callOff(by: .agent)
        }
    }

    /// Why `command` has no place in the present state; `nil` where it has.
    private func refusal(of command: AgentCommand) -> Refusal? {
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

    /// Cancel, by the agent's command or the caller's key.
    mutating func callOff(by party: Party) {
        switch state {
        case .voiding, .ended: break
        case .declined(let decline): end(.declined(decline))
        case .submitted where cardIsWaiting: end(.cancelled(party))
        case .submitted(.wanted), .submitted(.callerGone), .submitted(.failed): withdraw(.cancelled(party))
        case .submitted(.cancelled): break
        case .idle, .secured, .collecting, .complete: end(.cancelled(party))
        }
    }

    /// The caller hung up, or the audio is gone.
    mutating func callerLeft(_ ending: SessionEnd) {
        switch state {
        case .voiding, .ended, .submitted(.callerGone), .submitted(.cancelled), .submitted(.failed): break
        case .declined(let decline): end(.declined(decline))
        case .submitted where cardIsWaiting: end(ending)
        case .submitted(.wanted): withdraw(.callerGone)
        case .idle, .secured, .collecting, .complete: end(ending)
        }
    }

    /// A part failed: nothing is heard any more, whatever the session was at.
    mutating func fail(_ part: GuardedPart) {
        setLine(.muted)
        switch state {
        // That somebody cancelled is not forgotten.
        case .ended, .voiding, .submitted(.failed), .submitted(.cancelled): break
        case .submitted where !cardIsWaiting: withdraw(.failed(part))
        default: end(.failed(part))
        }
    }

    private mutating func withdraw(_ standing: Standing) {
        state = .submitted(standing)
        notify(.awaitingAnswer(standing))
    }
}
