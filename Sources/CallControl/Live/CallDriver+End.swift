internal import MediaCore
internal import PaymentSession

// The end of a call: what it waits for, how long, and what it reports.

extension CallDriver {
    /// Orders the end of the call if it is wanted. Notes that the audio is stuck if it makes no progress for three
    /// seconds.
    mutating func stopCall() async {
        await tellWait()
        guard isStopping else { return }
        call.stop()
        looks = call.pulse == lastPulse ? looks + 1 : 0
        lastPulse = call.pulse
        guard looks > 300 else { return }
        isStuck = true
        attendant.tell(
            CallNotice(
                note: .words("tonewall: a sound device does not answer (the recording is finished without it)")))
    }

    /// Reports, when the end is ordered, what it waits for and what the end of this process would leave open.
    private mutating func tellWait() async {
        guard let terms = parts.payment?.terms, let payment, payment.directive.awaitsAnswer else {
            return attendant.wouldLeave(nil)
        }
        attendant.wouldLeave("tonewall: \(terms.openWords(await payment.session.identity))")
        guard isStopping, !hasToldWait else { return }
        hasToldWait = true
        attendant.tell(teller.waiting(terms))
    }

    mutating func finishRecording() async {
        guard let recording = parts.recording else { return }
        if await recording.finish() {
            // The last samples or the header may not have fitted on the disk.
            await guardRecording()
        } else {
            await failRecording("what it goes to takes nothing, and its end is missing")
        }
    }

    mutating func hangUp() async {
        guard case (let session, let terms)? = parts.payment else { return }
        isStopping = true
        let end = ContinuousClock.now + terms.patience
        var isOver = false
        repeat {
            isOver = await payment?.hangUp(within: .milliseconds(50)) ?? true
            await tellSession()
            await tellWait()
        } while !isOver && ContinuousClock.now < end
        attendant.wouldLeave(nil)
        guard !isOver else { return }
        isLeftOpen = true
        attendant.tell(teller.leftOpen(terms, await session.identity))
    }

    /// Reports the result of the call, of its payment and of its recording.
    mutating func conclude() async {
        for notice in teller.troubles(isLast: true) { attendant.tell(notice) }
        let end = await payment?.end
        let outcome = payment.map { payment in end?.outcome ?? (payment.hasBegun ? "open" : "not-begun") }
        let ending = LiveRecords.Ending(
            audio: call.time, recorded: parts.recording?.frameCount, recording: parts.recording?.path,
            outcome: outcome)
        var words = outcome
        if let end, let view = await payment?.session.view { words = "\(end.outcome), \(end.detail(view))" }
        attendant.tell(teller.finished(ending, payment: words))
    }
}
