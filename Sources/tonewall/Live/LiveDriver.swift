import AudioIO
import CallControl
import Glibc
import PaymentSession
import Pipeline
import TextFormats

/// Runs a live call: takes what the audio tells, feeds the session, follows the agent's commands, shows it all.
///
/// Every 10 ms, so that a key reaches the session well before its tone is over. Nothing here waits for a reader, a disk or the gateway.
struct LiveDriver {
    /// What a call is made of.
    struct Parts {
        var call: LiveCall
        var recorder: LiveRecorder?
        var session: CallSession?
        var prompts: PromptStyle?
        var clock: CallClock
        var lines: LiveLines
        var isText: Bool
        var duration: Duration?
        /// What is said of a payment that nobody waits for any more.
        var openWords: String
        /// The ledger's file; `nil` where there is none.
        var ledger: String?
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
    /// Whether the one who reads the events has gone.
    private var hasLostReader = false
    private var isStopping = false
    /// Whether the call is to end and a device keeps the audio from it.
    private var isStuck = false
    private var lastPulse = -1
    private var looks = 0
    private var hasToldWait = false

    /// How long the gateway's answer is waited for once the call is over: less where a ledger holds the attempt, which the next start
    /// settles; else about as long as the gateway is asked.
    private var patience: Duration { parts.ledger == nil ? .seconds(60) : .seconds(15) }

    init(_ parts: Parts) async {
        self.parts = parts
        report = LiveReport(isText: parts.isText, lines: parts.lines, clock: parts.clock)
        input = LiveInput(isTerminal: parts.isText && isatty(STDIN_FILENO) != 0)
        if let session = parts.session { payment = await LivePayment(session, clock: parts.clock) }
    }

    /// Runs the call to its end; how the session ended, where it did.
    mutating func run() async -> SessionEnd? {
        defer { input.restore() }
        let shown = await showSession()
        while !call.isOver && !isStuck {
            try? await Task.sleep(for: .milliseconds(10))
            await takeEvents()
            await payment?.keepTime()
            if await followAgent() { isStopping = true }
            if Interruption.hasCome || (parts.duration.map { parts.clock.now >= $0 } ?? false) { isStopping = true }
            await guardReader()
            await guardRecording()
            setLine()
            stopCall()
            await report.draw(call, payment)
        }
        await takeEvents()
        await finishRecording()
        await hangUp()
        if !isLeftOpen { await shown?.value }
        await conclude()
        return await payment?.end
    }

    // MARK: - While the call is on

    private mutating func takeEvents() async {
        while let event = call.nextEvent() {
            report.tell(event, hasPayment: payment != nil)
            switch event {
            case .key(let key): await payment?.send(.key(key))
            // The caller is not heard any more, or hears nothing, or nobody hears the caller. An agent whose microphone is gone
            // still follows the payment, and one that has not begun has nothing to lose.
            case .lost(.callerIn), .lost(.callerOut), .lost(.agentOut):
                if payment?.hasBegun == true { await payment?.send(.lineLost) }
            // The first is told; how much it came to, at the end.
            case .unrecorded: await failRecording("the disk is too slow, from here on it has gaps")
            default: break
            }
        }
        report.tellTroubles()
    }

    /// What the agent asked for; whether it was to quit.
    private mutating func followAgent() async -> Bool {
        for command in input.take() {
            switch command {
            case .quit: return true
            case .help: report.say(LiveScreen.help)
            case .unknown: report.refuse("unknown", "unknown-command", "no such command (see tonewall live --help)")
            case .session(let wanted): await follow(wanted)
            case .recollectHere:
                if let payment, !payment.direction.isOver {
                    await follow(.recollect(await payment.fieldAtHand ?? .cardNumber))
                } else {
                    refuse("recollect")
                }
            }
        }
        // Nobody can say when: the payment begins with the call.
        if input.isAtEnd, !hasLostReader, let payment, !payment.hasBegun { await follow(.collect) }
        return false
    }

    private mutating func follow(_ command: AgentCommand) async {
        guard let payment, !payment.direction.isOver else { return refuse(command.words) }
        await self.payment?.send(.command(command))
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
        report.say("tonewall: standard output: nobody reads it any more (the call goes on, its payment is called off)")
        if payment?.isUnderWay == true { await payment?.send(.command(.cancel)) }
    }

    /// A call that is not recorded is not to be heard.
    private mutating func guardRecording() async {
        if let failure = recorder?.failure { await failRecording(failure.failure.what) }
    }

    private mutating func failRecording(_ reason: String) async {
        if hasFailed { return }
        hasFailed = true
        call.line = .muted
        if payment?.direction.isOver == false { await payment?.send(.failure(.recorder)) }
        let advice = "the agent hears nothing of the caller any more"
        report.announce(
            parts.lines.recordingFailed(reason, at: parts.clock.now),
            Failure(.inputOutput, file: recorder?.path, reason, advice: advice).line)
    }

    // MARK: - The end

    /// Orders the end where it is wanted, and notes where the audio does not come to it: not for three seconds of looks.
    private mutating func stopCall() {
        tellWait()
        guard isStopping else { return }
        call.stop()
        looks = call.pulse == lastPulse ? looks + 1 : 0
        lastPulse = call.pulse
        guard looks > 300 else { return }
        isStuck = true
        report.say("tonewall: a sound device does not answer (the recording is finished without it)")
    }

    /// Says what an end waits for as soon as it is ordered, and what a second INT or TERM would leave.
    private mutating func tellWait() {
        let isAsked = payment?.direction.awaitsAnswer == true
        Interruption.says(isAsked ? "tonewall: \(parts.openWords)" : nil)
        guard isStopping, isAsked, !hasToldWait else { return }
        hasToldWait = true
        let seconds = fixed(patience.seconds, decimals: 0)
        report.announce(
            parts.lines.waiting(patience, for: "gateway", at: parts.clock.now),
            "tonewall: waiting for the gateway's answer, \(seconds) s at most (a second INT or TERM leaves the payment open)")
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
        guard payment != nil else { return }
        isStopping = true
        tellWait()
        let end = ContinuousClock.now + patience
        var isOver = await payment?.hangUp(within: .zero) ?? true
        while !isOver && ContinuousClock.now < end {
            tellWait()
            isOver = await payment?.hangUp(within: .milliseconds(50)) ?? true
        }
        Interruption.says(nil)
        guard !isOver else { return }
        isLeftOpen = true
        report.announce(parts.lines.leftOpen(ledger: parts.ledger, at: parts.clock.now), "tonewall: \(parts.openWords)")
    }

    /// The session's own lines, as `tonewall pay` prints them; on a terminal the view has them.
    private func showSession() async -> Task<Void, Never>? {
        guard let session = parts.session, !isText else { return nil }
        return Task { [events = await session.events(), prompts = parts.prompts] in
            let printer = EventOutput(lines: EventLines(prompts: prompts))
            for await event in events { printer.print(event) }
        }
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
            StandardOutput.write(parts.lines.finished(ending, at: parts.clock.now, report.counts))
            return
        }
        report.say(summary)
        if let payment {
            let view = await payment.session.view
            report.say("payment: " + (end.map { "\($0.outcome), \($0.detail(view))" } ?? outcome ?? "none"))
        }
        if let recorder {
            let seconds = Double(recorder.frameCount) / Double(call.sound.sampleRate)
            report.say("recorded: \(recorder.path), \(fixed(seconds, decimals: 1)) s")
        }
    }

    private var summary: String {
        let counts = report.counts
        let dropped = 1000 * counts.allDropped / call.sound.sampleRate
        return "\(counts.presses) keys taken out, \(counts.allXruns) xruns, \(dropped) ms too late to be heard"
    }
}
