import AudioIO
import CallControl
import Glibc
import PaymentSession
import Pipeline

/// Runs a live call: takes what the audio tells, feeds the session, follows the agent's commands, shows it all.
///
/// Every 10 ms, so that a key reaches the session well before its tone is over.
struct LiveDriver {
    let call: LiveCall
    let recorder: LiveRecorder?
    let session: CallSession?
    let prompts: PromptStyle?
    let isText: Bool
    let duration: Duration?

    private let start = ContinuousClock.now
    private var counts = LiveCounts()
    private var screen = LiveScreen()
    private var input: LiveInput
    private var direction: CallSession.Direction?
    private var answer: Task<CallSession.Direction, Never>?
    private var hasBegun = false
    /// Whether the recording failed, so that nothing is heard any more.
    private(set) var hasFailed = false
    private var turns = 0
    private var isStopping = false
    /// Whether the call is to end and a device keeps the audio from it.
    private var isStuck = false
    private var lastPulse = -1
    private var looks = 0

    init(
        call: LiveCall, recorder: LiveRecorder?, session: CallSession?, prompts: PromptStyle?, isText: Bool,
        duration: Duration?
    ) {
        self.call = call
        self.recorder = recorder
        self.session = session
        self.prompts = prompts
        self.isText = isText
        self.duration = duration
        input = LiveInput(isTerminal: isText && isatty(STDIN_FILENO) != 0)
    }

    private var now: Duration { ContinuousClock.now - start }

    /// Runs the call to its end; how the session ended, where there was one.
    mutating func run() async throws -> SessionEnd? {
        defer { input.restore() }
        let shown = await showSession()
        while !call.isOver && !isStuck {
            try? await Task.sleep(for: .milliseconds(10))
            await takeEvents()
            await keepTime()
            if await followAgent() { isStopping = true }
            if Interruption.hasCome || (duration.map { now >= $0 } ?? false) { isStopping = true }
            stopCall()
            await guardRecording()
            await draw()
        }
        await takeEvents()
        await hangUp()
        await recorder?.finish()
        // The last samples and the header may have found no room.
        await guardRecording()
        await shown?.value
        screen.clear()
        if isText {
            Report.note(summary)
        } else {
            let lines = LiveLines(sampleRate: call.sound.sampleRate)
            StandardOutput.write(lines.finished(at: now, audio: call.time, counts, recorded: recorder?.frameCount))
        }
        if case .ended(let end)? = await session?.view.state { return end }
        return nil
    }

    /// Orders the end where it is wanted, and notes where the audio does not come to it: not for three seconds of looks.
    private mutating func stopCall() {
        guard isStopping else { return }
        call.stop()
        looks = call.pulse == lastPulse ? looks + 1 : 0
        lastPulse = call.pulse
        guard looks > 300 else { return }
        isStuck = true
        say("tonewall: a sound device does not answer (the recording is finished without it)")
    }

    /// The session's own lines, as `tonewall pay` prints them; on a terminal the view below has them.
    private func showSession() async -> Task<Void, Never>? {
        guard let session, !isText else { return nil }
        return Task { [events = await session.events(), prompts] in
            let printer = EventOutput(lines: EventLines(prompts: prompts))
            for await event in events { printer.print(event) }
        }
    }

    private mutating func takeEvents() async {
        while let event = call.nextEvent() {
            counts.count(event)
            switch event {
            case .key(let key):
                screen.light()
                await send(.key(key))
            // The caller is not heard any more, or hears nothing, or nobody hears the caller. An agent whose microphone is gone
            // still follows the payment, and one that has not begun has nothing to lose.
            case .lost(.callerIn), .lost(.callerOut), .lost(.agentOut): if hasBegun { await send(.lineLost) }
            // The first is told; how much it came to, at the end.
            case .unrecorded:
                await failRecording("the disk is too slow, from here on it has gaps")
                continue
            default: break
            }
            show(event)
        }
    }

    private mutating func show(_ event: MediaEvent) {
        if isText {
            if case .key = event { return }
            screen.clear()
        } else {
            // With a session every digit is told by it; without one a key is worth a line.
            if case .key = event, session != nil { return }
            StandardOutput.write(LiveLines(sampleRate: call.sound.sampleRate).event(event, at: now, counts))
        }
        if isText, case .lost(let leg) = event {
            Report.note("\(leg.name): the device is gone; it is tried again")
        }
        if isText, case .reopened(let leg) = event { Report.note("\(leg.name): the device is back") }
    }

    private mutating func keepTime() async {
        guard let session else { return }
        if let deadline = direction?.nextDeadline, now >= deadline { await send(.tick) }
        if direction?.awaitsAnswer == true && answer == nil {
            let start = start
            answer = Task { await session.hearAnswer { ContinuousClock.now - start } }
        }
        // The direction after an answer comes with the next look, without waiting for the gateway here.
        if answer != nil { follow(await session.direction) }
        if direction?.awaitsAnswer != true { answer = nil }
    }

    /// What the agent asked for; whether it was to quit.
    private mutating func followAgent() async -> Bool {
        for command in input.take() {
            switch command {
            case .quit: return true
            case .session where session == nil, .recollectHere where session == nil:
                say("tonewall: there is no payment in this call (begin it with --pay AMOUNT)")
            case .session(let wanted):
                hasBegun = true
                await send(.command(wanted))
            case .recollectHere:
                if let field = await fieldAtHand() { await send(.command(.recollect(field))) }
            case .unknown:
                say("tonewall: no such command (see tonewall live --help)")
            }
        }
        // Nobody can say when: the payment begins with the call.
        if input.isAtEnd && !hasBegun && session != nil {
            hasBegun = true
            await send(.command(.collect))
        }
        return false
    }

    /// A line of its own on standard error, above the rows of the screen.
    private mutating func say(_ line: String) {
        screen.clear()
        Report.note(line)
    }

    private func fieldAtHand() async -> CaptureField? {
        guard let view = await session?.view else { return nil }
        if case .collecting(let field) = view.state { return field }
        return view.fields.last { $0.status == .given }?.name
    }

    private mutating func send(_ event: SessionEvent) async {
        guard let session else { return }
        follow(await session.send(event, at: now))
    }

    private mutating func follow(_ new: CallSession.Direction) {
        direction = new
        call.line = hasFailed ? .muted : new.line
    }

    /// A call that is not recorded is not to be heard.
    private mutating func guardRecording() async {
        if let failure = recorder?.failure { await failRecording(failure.failure.what) }
    }

    private mutating func failRecording(_ reason: String) async {
        if hasFailed { return }
        hasFailed = true
        call.line = .muted
        await send(.failure(.recorder))
        let advice = "the agent hears nothing of the caller any more"
        say(Failure(.inputOutput, file: recorder?.path, reason, advice: advice).line)
        if isText { return }
        StandardOutput.write(LiveLines(sampleRate: call.sound.sampleRate).recordingFailed(reason, at: now))
    }

    /// The call is over: what the caller had keyed is gone, and an answer that is on its way is waited for.
    private mutating func hangUp() async {
        guard let session else { return }
        if direction?.isOver != true { await send(.hangUp) }
        while direction?.awaitsAnswer == true {
            let start = start
            follow(await session.hearAnswer { ContinuousClock.now - start })
        }
    }

    private mutating func draw() async {
        turns += 1
        guard isText, turns % 10 == 0 else { return }
        screen.draw(
            time: now, peaks: call.takePeaks(), counts: counts, view: await session?.view, rate: call.sound.sampleRate)
    }

    private var summary: String {
        let dropped = 1000 * counts.allDropped / call.sound.sampleRate
        return "\(counts.presses) keys taken out, \(counts.allXruns) xruns, \(dropped) ms too late to be heard"
    }
}
