package import Failures
internal import LineControl
package import MediaCore
package import PaymentSession

/// Runs a live call: takes what the audio tells, feeds the session, follows the agent's commands, tells all of it.
///
/// Every 10 ms, so that a key reaches the session well before its tone is over. Nothing here waits for a reader, a disk
/// or the gateway.
package struct CallDriver<Attendant: CallAttendant> {
    /// What a call is made of.
    package struct Parts {
        var call: any CallAudio
        var recording: (any CallRecording)?
        var payment: (session: CallSession, terms: PaymentTerms)?
        var prompts: PromptStyle?
        /// When the call ends by itself; `nil` where it does not.
        var duration: Duration?

        package init(
            call: any CallAudio, recording: (any CallRecording)? = nil,
            payment: (session: CallSession, terms: PaymentTerms)? = nil, prompts: PromptStyle? = nil,
            duration: Duration? = nil
        ) {
            self.call = call
            self.recording = recording
            self.payment = payment
            self.prompts = prompts
            self.duration = duration
        }
    }

    /// How a call ended.
    package struct Ending {
        /// How its session ended; `nil` if there was none, or it has not.
        package var session: SessionEnd?
        /// Whether the gateway's answer is still to come though nobody waits for it.
        package var isLeftOpen: Bool
        /// Whether the recording failed, so that nothing was heard any more.
        package var hasFailed: Bool
        /// Whether the one who follows the events has gone, which was said.
        package var hasLostReader: Bool
        /// Whether the call was to take a payment.
        package var hasPayment: Bool

        /// What the call comes to for a shell, whose reasons were told when they came; `nil` where all is well.
        package var status: Failure.Status? {
            let isApproved = if case .approved = session { true } else { false }
            if isLeftOpen { return .unavailable }
            if hasFailed { return .inputOutput }
            if hasPayment && !isApproved { return .finding }
            return hasLostReader ? .inputOutput : nil
        }
    }

    let parts: Parts
    let clock: CallClock
    var call: any CallAudio { parts.call }
    var attendant: Attendant
    var teller: CallTeller
    var payment: DrivenSession?
    var hasFailed = false
    private var hasLostReader = false
    var isLeftOpen = false
    var isStopping = false
    /// Whether the call is to end and a port keeps the audio from it.
    var isStuck = false
    var lastPulse = -1
    var looks = 0
    var hasToldWait = false
    private var turns = 0

    /// - Parameters:
    ///   - parts: What the call consists of.
    ///   - attendant: Who attends the call.
    ///   - names: What names the call in its events.
    ///   - log: Where its events are numbered and kept.
    ///   - clock: The call's own time.
    package init(
        _ parts: Parts, attendedBy attendant: Attendant, as names: CallNames, log: EventLog,
        clock: CallClock = CallClock()
    ) async {
        self.parts = parts
        self.attendant = attendant
        self.clock = clock
        teller = CallTeller(
            sampleRate: parts.call.sampleRate, names: names, prompts: parts.prompts, clock: clock, log: log)
        if let session = parts.payment?.session { payment = await DrivenSession(session, clock: clock) }
    }

    /// Tells that the call is on, over the ports of these names.
    package mutating func begin(_ ports: [(CallLeg, String)], lookAhead: Double) {
        attendant.tell(teller.started(ports, lookAhead: lookAhead, recording: parts.recording?.path))
    }

    /// Runs the call to its end.
    package mutating func run() async -> Ending {
        while !call.isOver && !isStuck {
            try? await Task.sleep(for: .milliseconds(10))
            await takeEvents()
            await payment?.keepTime()
            await tellSession()
            if await followAgent() { isStopping = true }
            if attendant.ordersEnd || (parts.duration.map { clock.now >= $0 } ?? false) { isStopping = true }
            await guardReader()
            await guardRecording()
            setLine()
            await stopCall()
            await show()
        }
        await takeEvents()
        await finishRecording()
        await hangUp()
        await conclude()
        attendant.close()
        return Ending(
            session: await payment?.end, isLeftOpen: isLeftOpen, hasFailed: hasFailed, hasLostReader: hasLostReader,
            hasPayment: payment != nil)
    }

    private mutating func takeEvents() async {
        while let event = call.nextEvent() {
            if let notice = teller.tell(event, hasPayment: payment != nil) { attendant.tell(notice) }
            switch event {
            case .key(let key): await send(.key(key))
            // The caller is not heard any more, or hears nothing, or nobody hears the caller. An agent whose microphone
            // is gone still follows the payment, and one that has not begun has nothing to lose.
            case .lost(.callerIn), .lost(.callerOut), .lost(.agentOut):
                if payment?.hasBegun == true { await send(.lineLost) }
            // The first is told; how much it came to, at the end.
            case .unrecorded: await failRecording("the disk is too slow, from here on it has gaps")
            default: break
            }
        }
        for notice in teller.troubles() { attendant.tell(notice) }
    }

    private mutating func send(_ event: SessionEvent, asWord word: String? = nil) async {
        await payment?.send(event, asWord: word)
        await tellSession()
    }

    /// What happened in the session is told before whatever happens next.
    mutating func tellSession() async {
        guard let events = await payment?.takeEvents() else { return }
        for event in events { attendant.tell(teller.tell(event)) }
    }

    /// What the agent asked for; whether it was to quit.
    private mutating func followAgent() async -> Bool {
        for command in attendant.takeCommands() {
            switch command {
            case .quit: return true
            case .help: attendant.help()
            case .unknown:
                attendant.tell(
                    teller.refused("unknown", "unknown-command", "no such command (see tonewall live --help)"))
            case .session(let wanted, let word): await follow(wanted, word)
            case .recollectHere:
                if let payment, !payment.directive.isOver {
                    await follow(.recollect(await payment.fieldAtHand ?? .cardNumber), "recollect")
                } else {
                    refuse("recollect")
                }
            }
        }
        // Nobody can say when: the payment begins with the call.
        if attendant.hasNoMoreCommands, !hasLostReader, let payment, !payment.hasBegun, !payment.directive.isOver {
            await send(.command(.collect))
        }
        return false
    }

    private mutating func follow(_ command: AgentCommand, _ word: String) async {
        guard let payment, !payment.directive.isOver else { return refuse(word) }
        await send(.command(command), asWord: word)
    }

    /// A command that no session can answer any more, or ever could.
    private mutating func refuse(_ command: String) {
        let (reason, words) =
            payment == nil
            ? ("no-payment", "there is no payment in this call (begin it with --pay AMOUNT)")
            : (CommandRefusal.ended.name, "\(command): the payment is over (quit ends the call)")
        attendant.tell(teller.refused(command, reason, words))
    }

    /// What may be heard: nothing where the recording failed, and nothing while a payment is under way that nobody
    /// follows.
    private func setLine() {
        let wanted = payment?.directive.line ?? .open
        if hasFailed || (hasLostReader && payment?.isUnderWay == true) {
            call.line = .muted
        } else {
            // A caller whose payment was called off may key on.
            call.line = hasLostReader && payment?.hasBegun == true && wanted == .open ? .secured : wanted
        }
    }

    /// The call goes on without a reader of its events; a payment that nobody follows is called off.
    private mutating func guardReader() async {
        guard !hasLostReader, attendant.isGone else { return }
        hasLostReader = true
        attendant.sayGone("the call goes on, its payment is called off")
        if payment?.isUnderWay == true { await send(.command(.cancel)) }
    }

    /// A call that is not recorded is not to be heard.
    mutating func guardRecording() async {
        if let failure = parts.recording?.failure { await failRecording(failure.failure.what) }
    }

    mutating func failRecording(_ reason: String) async {
        if hasFailed { return }
        hasFailed = true
        call.line = .muted
        if payment?.directive.isOver == false { await send(.failure(.recorder)) }
        attendant.tell(teller.recordingFailed(reason, file: parts.recording?.path))
    }

    private mutating func show() async {
        turns += 1
        guard turns % 10 == 0 else { return }
        attendant.show(
            CallStatus(
                time: clock.now, peaks: call.takePeaks(), counts: teller.counts, view: await payment?.session.view,
                sampleRate: call.sampleRate))
    }
}
