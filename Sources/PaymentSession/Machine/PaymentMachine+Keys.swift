import DTMF

extension PaymentMachine {
    /// A key of the caller's, in any state.
    mutating func press(_ key: Key) {
        switch state {
        case .idle, .voiding, .ended: return
        case .collecting(let field) where key != settings.profile.cancelKey: press(key, in: field)
        case .secured, .collecting, .complete, .submitted, .declined:
            if key == settings.profile.cancelKey { callOff(by: .caller) } else { notify(.keyDropped) }
        }
    }

    private mutating func press(_ key: Key, in field: CaptureField) {
        switch key {
        case settings.profile.submitKey: finish(field)
        case settings.profile.clearKey: clear(field)
        case _ where key.digit != nil: add(key, to: field)
        default: notify(.keyDropped)
        }
    }

    private mutating func add(_ key: Key, to field: CaptureField) {
        guard entry.append(key) != .memoryNotLocked else { return fail(.lockedMemory) }
        timers.stop(.firstDigit)
        timers.start(.interDigit, for: settings.profile.interDigitTimeout)
        notify(.digitEntered(field, digits: entry.count))
    }

    private mutating func clear(_ field: CaptureField) {
        entry.erase()
        timers.stop(.interDigit)
        timers.start(.firstDigit, for: settings.profile.firstDigitTimeout)
        notify(.fieldCleared(field))
    }

    /// The submit key: on an empty field it passes an optional one over and means nothing on any other.
    private mutating func finish(_ field: CaptureField) {
        if entry.isEmpty {
            guard field.isOptional else { return }
            given.insert(field)
            notify(.fieldSkipped(field))
            return goOn()
        }
        if let error = accept(field) { return reject(field, error) }
        entry.erase()
        given.insert(field)
        notify(.fieldAccepted(field))
        goOn()
    }

    /// Empties a field, counts the try, and asks again or ends.
    mutating func reject(_ field: CaptureField, _ error: FieldError) {
        failures[field, default: 0] += 1
        let attemptsLeft = settings.profile.attempts - failures[field, default: 0]
        entry.erase()
        notify(.fieldRejected(field, error, attemptsLeft: attemptsLeft))
        shown.error = error
        guard attemptsLeft > 0 else {
            if case .timeout(let timer) = error { return end(.timedOut(timer)) }
            return end(.tooManyAttempts(field))
        }
        begin(field)
        prompt(.again(field, error))
    }

    /// A timer ran out.
    mutating func expire(_ timer: SessionTimer) {
        timers.stop(timer)
        switch (timer, state) {
        case (.session, .declined(let decline)): end(.declined(decline))
        case (.session, _): end(.timedOut(.session))
        case (_, .collecting(let field)): reject(field, .timeout(timer))
        default: break
        }
    }
}
