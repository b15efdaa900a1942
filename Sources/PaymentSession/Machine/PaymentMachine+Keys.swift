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
        if isOfCutOffEntry(key) {
            // The next try has all its time from here.
            startFieldTimers()
            return notify(.keyDropped)
        }
        timers.start(.field, for: settings.profile.fieldTimeout, until: fieldEnd)
        switch key {
        case settings.profile.submitKey: finish(field)
        case settings.profile.clearKey: clear(field)
        case _ where key.digit != nil: add(key, to: field)
        default: notify(.keyDropped)
        }
    }

    private mutating func add(_ key: Key, to field: CaptureField) {
        guard entry.append(key, in: secrets) != .memoryNotLocked else { return fail(.lockedMemory) }
        rhythm.add(timers.now)
        timers.stop(.firstDigit)
        timers.start(.interDigit, for: settings.profile.interDigitTimeout)
        notify(.digitEntered(field, digits: entry.count))
        if settings.profile.endsFullFields, isFull(field) { finish(field) }
    }

    /// Whether `key` still belongs to the entry that a timer cut off: its caller has not noticed yet.
    private mutating func isOfCutOffEntry(_ key: Key) -> Bool {
        guard var rest = cutOff else { return false }
        let isRest =
            switch key {
            case settings.profile.submitKey: rest.takesEnd(at: timers.now)
            case settings.profile.clearKey: false
            default: key.digit != nil && rest.takesDigit(at: timers.now)
            }
        cutOff = isRest && key.digit != nil ? rest : nil
        return isRest
    }

    private mutating func clear(_ field: CaptureField) {
        entry.erase()
        rhythm = KeyRhythm()
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
        take(field)
    }

    /// Goes on from a field whose entry is accepted.
    private mutating func take(_ field: CaptureField) {
        entry.erase()
        given.insert(field)
        notify(.fieldAccepted(field))
        goOn()
    }

    /// Empties a field, counts the try, and asks again or ends.
    mutating func reject(_ field: CaptureField, _ error: FieldError) {
        failures[field, default: 0] += 1
        var rest: CutOffEntry?
        if case .timeout = error, !entry.isEmpty {
            rest = CutOffEntry(missing: digitsMissing(in: field), rhythm: rhythm, at: timers.now)
        }
        let attemptsLeft = settings.profile.attempts - failures[field, default: 0]
        entry.erase()
        notify(.fieldRejected(field, error, attemptsLeft: attemptsLeft))
        shown.error = error
        guard attemptsLeft > 0 else {
            if case .timeout(let timer) = error { return end(.timedOut(timer)) }
            return end(.tooManyAttempts(field))
        }
        begin(field)
        cutOff = rest
        prompt(.again(field, error))
    }

    /// A timer ran out.
    mutating func expire(_ timer: SessionTimer) {
        timers.stop(timer)
        switch (timer, state) {
        case (.session, .declined(let decline)): end(.declined(decline))
        case (.session, _): end(.timedOut(.session))
        case (.interDigit, .collecting(.cardNumber)) where settings.profile.endsFullFields:
            // A number whose length and check digit fit is whole, though its brand issues longer ones.
            if accept(.cardNumber) == nil { take(.cardNumber) } else { reject(.cardNumber, .timeout(timer)) }
        case (_, .collecting(let field)): reject(field, .timeout(timer))
        default: break
        }
    }
}
