package import Failures
internal import LineControl
package import MediaCore
package import PaymentSession

/// Runs a live call: takes the audio's events, drives the session, follows the agent's commands and reports all of it.
///
/// It does so every 10 ms, so that a key reaches the session well before its tone is over. It never waits for a reader,
/// a disk or the gateway.
package struct CallDriver<Attendant: CallAttendant> {
    /// The parts of a call.
    package struct Parts {
        var call: any CallAudio
        var recording: (any CallRecording)?
        var payment: (session: CallSession, terms: PaymentTerms)?
        var prompts: PromptStyle?
        /// Time after which the call ends by itself; `nil` if it does not.
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

    /// The result of a call.
    package struct Ending {
        /// The result of its session; `nil` if there was none or it has not ended.
        package var session: SessionEnd?
        /// Whether the wait for the gateway's answer was given up.
        package var isLeftOpen: Bool
        /// Whether the recording failed. The call was muted from then on.
        package var hasFailed: Bool
        /// Whether the reader of the events is gone. The call has reported it.
        package var hasLostReader: Bool
        /// Whether the call was to take a payment.
        package var hasPayment: Bool

        /// The exit status of the call; `nil` if all is well. Its reasons have been reported.
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
    /// Whether the call must end but a port blocks the audio.
    var isStuck = false
    var lastPulse = -1
    var looks = 0
    var hasToldWait = false
    private var turns = 0

    /// - Parameters:
    ///   - parts: The parts of the call.
    ///   - attendant: The operator's side of the call.
    ///   - names: The names of the call in its events.
    ///   - log: Numbers and keeps the events.
    ///   - clock: The time of the call.
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

    /// Reports that the call has begun, and the names of its ports.
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
            // The caller is not heard, or hears nothing, or is not heard by the agent. An agent without a microphone
            // can still follow the payment. A payment that has not begun has nothing to lose.
            case .lost(.callerIn), .lost(.callerOut), .lost(.agentOut):
                if payment?.hasBegun == true { await send(.lineLost) }
            // The first gap is reported now, and the total at the end.
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

    /// Reports the events of the session. It does so before any later event.
    mutating func tellSession() async {
        guard let events = await payment?.takeEvents() else { return }
        for event in events { attendant.tell(teller.tell(event)) }
    }

    /// Follows the agent's commands. Returns whether one of them was to quit.
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
        // No further command can begin the payment, so it begins with the call.
        if attendant.hasNoMoreCommands, !hasLostReader, let payment, !payment.hasBegun, !payment.directive.isOver {
            await send(.command(.collect))
        }
        return false
    }

    private mutating func follow(_ command: AgentCommand, _ word: String) async {
        guard let payment, !payment.directive.isOver else { return refuse(word) }
        await send(.command(command), asWord: word)
    }

    /// Refuses a command that needs a payment which is over or was never part of the call.
    private mutating func refuse(_ command: String) {
        let (reason, words) =
            payment == nil
            ? ("no-payment", "there is no payment in this call (begin it with --pay AMOUNT)")
            : (CommandRefusal.ended.name, "\(command): the payment is over (quit ends the call)")
        attendant.tell(teller.refused(command, reason, words))
    }

    /// Sets what may be heard. The call is muted if the recording failed, or while a payment is under way without a
    /// reader of its events.
    private func setLine() {
        let wanted = payment?.directive.line ?? .open
        if hasFailed || (hasLostReader && payment?.isUnderWay == true) {
            call.line = .muted
        } else {
            // After a cancelled payment the caller may still key digits.
            call.line = hasLostReader && payment?.hasBegun == true && wanted == .open ? .secured : wanted
        }
    }

    /// Continues the call if the reader of its events is gone. A payment without a reader is cancelled.
    private mutating func guardReader() async {
        guard !hasLostReader, attendant.isGone else { return }
        hasLostReader = true
        attendant.sayGone("the call goes on, its payment is called off")
        if payment?.isUnderWay == true { await send(.command(.cancel)) }
    }

    /// Mutes a call whose recording has failed.
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
