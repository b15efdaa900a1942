import Codecs
import AudioIO
import CallControl
import Glibc
import MediaCore
import PaymentSession
import TextFormats

/// Runs a live call: takes what the audio tells, feeds the session, follows the agent's commands, shows it all.
///
/// Every 10 ms, so that a key reaches the session well before its tone is over. Nothing here waits for a reader, a disk or the gateway.
struct LiveDriver {
    /// What a call is made of.
    struct Parts {
        var call: LiveCall
        var recorder: LiveRecorder?
        var payment: OpenPayment?
        var prompts: PromptStyle?
        var clock: CallClock
        var lines: LiveLines
        var isText: Bool
        var duration: Duration?
    }

    private let parts: Parts
    private var call: LiveCall { parts.call }
    private var recorder: LiveRecorder? { parts.recorder }
    private var isText: Bool { parts.isText }

    private var report: LiveReport
    private var input: LiveInput
    private var payment: LivePayment?
    /// Whether the recording failed, so that nothing is heard any more.
    private(set) var hasFailed = false
    /// Whether the gateway's answer is still to come though nobody waits for it.
    private(set) var isLeftOpen = false
    /// Whether the one who reads the events has gone, which was said.
    private(set) var hasLostReader = false
    private var isStopping = false
    /// Whether the call is to end and a device keeps the audio from it.
    private var isStuck = false
    private var lastPulse = -1
    private var looks = 0
    private var hasToldWait = false

    init(_ parts: Parts) async {
        self.parts = parts
        report = LiveReport(isText: parts.isText, lines: parts.lines, prompts: parts.prompts, clock: parts.clock)
        input = LiveInput(isTerminal: parts.isText && isatty(STDIN_FILENO) != 0)
        if let open = parts.payment { payment = await LivePayment(open.session, clock: parts.clock) }
    }

    /// Runs the call to its end; how the session ended, where it did.
    mutating func run() async -> SessionEnd? {
        defer { input.restore() }
        while !call.isOver && !isStuck {
            try? await Task.sleep(for: .milliseconds(10))
            await takeEvents()
            await payment?.keepTime()
            await tellSession()
            if await followAgent() { isStopping = true }
            if Interruption.hasCome || (parts.duration.map { parts.clock.now >= $0 } ?? false) { isStopping = true }
            await guardReader()
            await guardRecording()
            setLine()
            await stopCall()
            await report.draw(call, payment)
        }
        await takeEvents()
        await finishRecording()
        await hangUp()
        await conclude()
        return await payment?.end
    }

    // MARK: - While the call is on

    private mutating func takeEvents() async {
        while let event = call.nextEvent() {
            report.tell(event, hasPayment: payment != nil)
            switch event {
            case .key(let key): await send(.key(key))
            // The caller is not heard any more, or hears nothing, or nobody hears the caller. An agent whose microphone is gone
            // still follows the payment, and one that has not begun has nothing to lose.
            case .lost(.callerIn), .lost(.callerOut), .lost(.agentOut):
                if payment?.hasBegun == true { await send(.lineLost) }
            // The first is told; how much it came to, at the end.
            case .unrecorded: await failRecording("the disk is too slow, from here on it has gaps")
            default: break
            }
        }
        report.tellTroubles()
    }

    private mutating func send(_ event: SessionEvent, asWord word: String? = nil) async {
        await payment?.send(event, asWord: word)
        await tellSession()
    }

    /// What happened in the session is told before whatever happens next.
    private mutating func tellSession() async {
        if let events = await payment?.takeEvents(), !events.isEmpty { report.tell(events) }
    }

    /// What the agent asked for; whether it was to quit.
    private mutating func followAgent() async -> Bool {
        for command in input.take() {
            switch command {
            case .quit: return true
            case .help: report.say(LiveScreen.help)
            case .unknown: report.refuse("unknown", "unknown-command", "no such command (see tonewall live --help)")
            case .session(let wanted, let word): await follow(wanted, word)
            case .recollectHere:
                if let payment, !payment.direction.isOver {
                    await follow(.recollect(await payment.fieldAtHand ?? .cardNumber), "recollect")
                } else {
                    refuse("recollect")
                }
            }
        }
        // Nobody can say when: the payment begins with the call.
        if input.isAtEnd, !hasLostReader, let payment, !payment.hasBegun, !payment.direction.isOver {
            await send(.command(.collect))
        }
        return false
    }

    private mutating func follow(_ command: AgentCommand, _ word: String) async {
        guard let payment, !payment.direction.isOver else { return refuse(word) }
        await send(.command(command), asWord: word)
    }

    /// A command that no session can answer any more, or ever could.
    private mutating func refuse(_ command: String) {
        if payment == nil {
            report.refuse(command, "no-payment", "there is no payment in this call (begin it with --pay AMOUNT)")
        } else {
            report.refuse(command, Refusal.ended.name, "\(command): the payment is over (quit ends the call)")
        }
    }

    /// What may be heard: nothing where the recording failed, and nothing while a payment is under way that nobody follows.
    private func setLine() {
        let wanted = payment?.direction.line ?? .open
        if hasFailed || (hasLostReader && payment?.isUnderWay == true) {
            call.line = .muted
        } else {
            // A caller whose payment was called off may key on.
            call.line = hasLostReader && payment?.hasBegun == true && wanted == .open ? .secured : wanted
        }
    }

    /// The call goes on without a reader of its events; a payment that nobody follows is called off.
    private mutating func guardReader() async {
        guard !hasLostReader, OutputQueue.output.isReaderGone else { return }
        hasLostReader = true
        let failure = OutputQueue.output.failure("the call goes on, its payment is called off")
        report.say(failure.line)
        if payment?.isUnderWay == true { await send(.command(.cancel)) }
    }

    /// A call that is not recorded is not to be heard.
    private mutating func guardRecording() async {
        if let failure = recorder?.failure { await failRecording(failure.failure.what) }
    }

    private mutating func failRecording(_ reason: String) async {
        if hasFailed { return }
        hasFailed = true
        call.line = .muted
        if payment?.direction.isOver == false { await send(.failure(.recorder)) }
        let advice = "the agent hears nothing of the caller any more"
        report.announce(
            report.lines.recordingFailed(reason, at: parts.clock.now),
            Failure(.inputOutput, file: recorder?.path, reason, advice: advice).line)
    }

    // MARK: - The end

    /// Orders the end where it is wanted, and notes where the audio does not come to it: not for three seconds of looks.
    private mutating func stopCall() async {
        await tellWait()
        guard isStopping else { return }
        call.stop()
        looks = call.pulse == lastPulse ? looks + 1 : 0
        lastPulse = call.pulse
        guard looks > 300 else { return }
        isStuck = true
        report.say("tonewall: a sound device does not answer (the recording is finished without it)")
    }

    /// Says what an end waits for as soon as it is ordered, and what a second INT or TERM would leave.
    private mutating func tellWait() async {
        guard let open = parts.payment, let payment, payment.direction.awaitsAnswer else {
            return Interruption.says(nil)
        }
        Interruption.says("tonewall: \(open.openWords(await payment.session.identity))")
        guard isStopping, !hasToldWait else { return }
        hasToldWait = true
        report.announce(
            report.lines.waiting(open.patience, for: "gateway", at: parts.clock.now), "tonewall: \(open.waitWords)")
    }

    private mutating func finishRecording() async {
        guard let recorder else { return }
        if await recorder.finish() {
            // The last samples and the header may have found no room.
            await guardRecording()
        } else {
            await failRecording("what it goes to takes nothing, and its end is missing")
        }
    }

    private mutating func hangUp() async {
        guard let open = parts.payment else { return }
        isStopping = true
        let end = ContinuousClock.now + open.patience
        var isOver = false
        repeat {
            isOver = await payment?.hangUp(within: .milliseconds(50)) ?? true
            await tellSession()
            await tellWait()
        } while !isOver && ContinuousClock.now < end
        Interruption.says(nil)
        guard !isOver else { return }
        isLeftOpen = true
        report.announce(
            report.lines.leftOpen(ledger: open.ledgerPath, at: parts.clock.now),
            "tonewall: \(open.openWords(await open.session.identity))")
    }

    /// What became of the call, of its payment and of its recording.
    private mutating func conclude() async {
        report.tellTroubles(isLast: true)
        report.clear()
        let end = await payment?.end
        let outcome = payment.map { payment in end?.outcome ?? (payment.hasBegun ? "open" : "not-begun") }
        let ending = LiveLines.Ending(
            audio: call.time, recorded: recorder?.frameCount, recording: recorder?.path, outcome: outcome)
        if !isText {
            StandardOutput.write(report.lines.finished(ending, at: parts.clock.now, report.counts))
            return
        }
        report.say(summary)
        if let payment {
            let view = await payment.session.view
            report.say("payment: " + (end.map { "\($0.outcome), \($0.detail(view))" } ?? outcome ?? "none"))
        }
        if let recorder {
            let seconds = Double(recorder.frameCount) / Double(call.format.sampleRate)
            report.say("recorded: \(recorder.path), \(fixed(seconds, decimals: 1)) s")
        }
    }

    private var summary: String {
        let counts = report.counts
        let dropped = 1000 * counts.allDropped / call.format.sampleRate
        return "\(counts.presses) keys taken out, \(counts.allXruns) xruns, \(dropped) ms too late to be heard"
    }
}
