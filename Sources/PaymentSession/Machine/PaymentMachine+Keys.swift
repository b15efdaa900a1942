import DTMF

extension PaymentMachine {
    /// Takes a key of the caller, in any state.
    mutating func press(_ key: Key) -> [SessionAction] {
        switch state {
        case .idle, .voiding, .ended: return []
        case .collecting where key != settings.profile.cancelKey:
            guard let capture = phase.takeCapture() else { return [] }
            return press(key, in: capture)
        case .secured, .collecting, .complete, .submitted, .declined:
            return key == settings.profile.cancelKey ? cancel(by: .caller) : [.notify(.keyDropped)]
        }
    }

    private mutating func press(_ key: Key, in capture: consuming Capture) -> [SessionAction] {
        if capture.entry.dropsLeftover(key, of: settings.profile, at: timers.now) {
            // The next try has the full time from here on.
            capture.entry.end = startFieldTimers()
            return continueEntry(capture, .keyDropped)
        }
        timers.start(.field, for: settings.profile.fieldTimeout, until: capture.entry.end)
        switch key {
        case settings.profile.submitKey: return finish(capture)
        case settings.profile.clearKey: return clear(capture)
        case _ where key.digit != nil: return add(key, to: capture)
        default: return continueEntry(capture, .keyDropped)
        }
    }

    /// Continues the capture.
    private mutating func continueEntry(_ capture: consuming Capture, _ notice: SessionNotice) -> [SessionAction] {
        phase = .collecting(capture)
        return [.notify(notice)]
    }

    private mutating func add(_ key: Key, to capture: consuming Capture) -> [SessionAction] {
        guard capture.entry.digits.append(key, in: secrets) != .memoryNotLocked else { return fail(.lockedMemory) }
        capture.entry.rhythm.add(timers.now)
        timers.stop(.firstDigit)
        timers.start(.interDigit, for: settings.profile.interDigitTimeout)
        let entered = SessionNotice.digitEntered(capture.entry.field, digits: capture.entry.digits.count)
        guard settings.profile.endsFullFields, capture.isFull else { return continueEntry(capture, entered) }
        return [.notify(entered)] + finish(capture)
    }

    private mutating func clear(_ capture: consuming Capture) -> [SessionAction] {
        capture.entry.clear()
        timers.stop(.interDigit)
        timers.start(.firstDigit, for: settings.profile.firstDigitTimeout)
        let field = capture.entry.field
        return continueEntry(capture, .fieldCleared(field))
    }

    /// The submit key on an empty field skips an optional field, and does nothing on any other.
    private mutating func finish(_ capture: consuming Capture) -> [SessionAction] {
        let field = capture.entry.field
        if capture.entry.digits.isEmpty {
            guard field.isOptional else {
                phase = .collecting(capture)
                return []
            }
            capture.fields.notes.skipped.insert(field)
            return [.notify(.fieldSkipped(field))] + advance(with: capture.fields)
        }
        if let error = capture.accept(settings) { return reject(capture, error) }
        return [.notify(.fieldAccepted(field))] + advance(with: capture.fields)
    }

    /// Erases a field, counts the try, and asks again or ends the session.
    private mutating func reject(_ capture: consuming Capture, _ error: FieldError) -> [SessionAction] {
        let field = capture.entry.field
        capture.fields.notes.failures[field, default: 0] += 1
        let attemptsLeft = settings.profile.attempts - capture.fields.notes.failures[field, default: 0]
        let rejected = SessionAction.notify(.fieldRejected(field, error, attemptsLeft: attemptsLeft))
        shown.error = error
        guard attemptsLeft > 0 else {
            if case .timeout(let timer) = error { return [rejected] + end(.timedOut(timer)) }
            return [rejected] + end(.tooManyAttempts(field))
        }
        let leftover = capture.leftover(after: error, at: timers.now)
        begin(field, with: capture.fields, after: leftover)
        return [rejected, .prompt(.again(field, error))]
    }
}

// MARK: - Time

extension PaymentMachine {
    /// Advances the time to `time`. Every timer that runs out until then has its effect.
    mutating func expireTimers(until time: Duration) -> [SessionAction] {
        let now = max(time, timers.now)
        var actions: [SessionAction] = []
        while let (timer, deadline) = timers.earliest, deadline <= now {
            timers.now = deadline
            actions += expire(timer)
        }
        timers.now = now
        return actions
    }

    /// A timer ran out.
    private mutating func expire(_ timer: SessionTimer) -> [SessionAction] {
        timers.stop(timer)
        switch (timer, state) {
        case (.session, .declined(let decline)): return end(.declined(decline))
        case (.session, _): return end(.timedOut(.session))
        default:
            guard let capture = phase.takeCapture() else { return [] }
            return cutOff(capture, by: timer)
        }
    }

    /// Ends a field whose time is up. A card number with a valid length and check digit is complete, even if its brand
    /// also issues longer ones.
    private mutating func cutOff(_ capture: consuming Capture, by timer: SessionTimer) -> [SessionAction] {
        let field = capture.entry.field
        let mayBeWhole = timer == .interDigit && field == .cardNumber && settings.profile.endsFullFields
        guard mayBeWhole, capture.accept(settings) == nil else { return reject(capture, .timeout(timer)) }
        return [.notify(.fieldAccepted(field))] + advance(with: capture.fields)
    }
}
