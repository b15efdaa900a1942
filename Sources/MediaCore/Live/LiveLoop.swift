import LineControl

/// The loop of a live call, on a thread of its own: input ports, the call's media, output ports.
///
/// The caller's port sets the pace. While that port is lost, the clock does. All captured audio passes through the
/// media, even if it is late, so that no key is lost and the recording is complete. Audio that is too late to be heard
/// is dropped before playback, after its tones were removed.
struct LiveLoop {
    private let format: PortFormat
    private let clock: any MediaClock
    private let controls: LiveControls
    private let events: SingleProducerRing<MediaEvent>
    private let recording: SingleProducerRing<Float>?
    private var media: LiveMedia
    private var ports: CallPorts
    private var queue: AgentQueue
    private var caller = [Float](repeating: 0, count: LiveMedia.largestBlock)
    private var agent = [Float](repeating: 0, count: LiveMedia.largestBlock)
    private var lastTurn: ContinuousClock.Instant
    /// Number of turns without a sample of the caller.
    private var silentTurns = 0
    /// Whether the caller's port has more frames than were read, as after a stall.
    private var isBehind = false
    /// Until then all frames of the agent are kept. The caller's frames of the same time may come late and all at once.
    private var awaitedUntil: ContinuousClock.Instant
    /// Whether the agent's port has more frames than were read.
    private var hasMoreOfAgent = false
    /// Number of turns left in which the caller's frames from a stall wait for the agent's.
    private var waitsForAgent = 0
    /// When the caller's port last delivered frames.
    private var lastHeard: ContinuousClock.Instant
    /// Number of frames read from the caller's port since it was opened.
    private var readOfCaller = 0
    /// The time without the caller's port, until all of its silence was output.
    private var absence: CallerAbsence?

    private static let legs = CallLeg.allCases
    /// Two turns further apart than this are a stall.
    private static let stall = Duration.milliseconds(100)
    /// Number of turns of 20 ms without a sample after which an input port counts as lost.
    static let patience = 100
    /// After a stall, a sound server delivers its frames in pieces, one port before the other. This many turns of 5 ms
    /// are waited for them.
    private static let waitsAfterStall = 40
    /// After a stall or a time without the caller's frames, late frames come within this time or not at all.
    private static let grace = Duration.seconds(1)

    /// A loop whose ports are open.
    init(
        _ settings: LiveSettings, controls: LiveControls, events: SingleProducerRing<MediaEvent>,
        recording: SingleProducerRing<Float>?, clock: any MediaClock = SystemClock()
    ) throws {
        let format = settings.format
        self.format = format
        self.clock = clock
        self.controls = controls
        self.events = events
        self.recording = recording
        (lastTurn, awaitedUntil, lastHeard) = (clock.now, clock.now, clock.now)
        ports = try CallPorts(settings)
        // The caller's port may deliver all of a short buffer at once, before the agent's port is read.
        let buffer = format.periods * format.periodFrames
        let cushion = max(2 * format.periodFrames, min(buffer, format.sampleRate / 20))
        queue = AgentQueue(
            cushion: cushion, limit: max(format.sampleRate / 5, 2 * cushion), reserve: 3 * format.sampleRate)
        media = LiveMedia(
            sampleRate: Double(format.sampleRate), suppression: settings.suppression,
            bounceGap: settings.bounceGap, events: events)
    }

    /// Names of the ports whose audio is converted.
    var converted: [String] { ports.converted }

    /// Runs until the controls request the end, then outputs the held frames.
    mutating func run() {
        begin()
        var watch = BusyThreadWatch(at: clock.now, processorTime: AudioThread.processorTime)
        while !controls.isStopping {
            turn()
            if watch.findsBusy(at: lastTurn, processorTime: { AudioThread.processorTime }) {
                AudioThread.giveUpPriority()
            }
        }
        finish()
    }

    /// Starts to capture. It does so after all ports are open, because captured frames that are not read overflow the
    /// buffer.
    mutating func begin() {
        ports.startCapture()
        lastTurn = clock.now
        lastHeard = clock.now
    }

    /// Plays and records the frames that are held.
    mutating func finish() {
        media.finish()
        handOver()
        ports.drain(milliseconds: 200)
    }

    mutating func turn() {
        controls.countTurn()
        let now = clock.now
        let gap = now - lastTurn
        lastTurn = now
        if gap > Self.stall {
            tell(.stalled(milliseconds: Int(gap / .milliseconds(1))))
            isBehind = ports.port(of: .callerIn) != nil
            waitsForAgent = Self.waitsAfterStall
            awaitedUntil = now + Self.grace
        }
        reopenPorts()
        hearAgent()
        if absence != nil { return standIn() }
        guard let port = ports.port(of: .callerIn) else { return }
        if isBehind && waitsForAgent > 0 && ports.port(of: .agentIn) != nil && queue.count < port.bufferFrames {
            waitsForAgent -= 1
            clock.pause(milliseconds: 5)
            return
        }
        let wait = port.wait(milliseconds: 20)
        takeTelephoneEvents(of: port)
        switch wait {
        case .frames:
            silentTurns = 0
            return hearCaller(port)
        case .notReady:
            silentTurns += 1
            awaitedUntil = now + Self.grace
            if silentTurns >= Self.patience { lose(.callerIn) }
        case .xrun: tell(.xrun(.callerIn))
        case .lost: lose(.callerIn)
        }
        isBehind = false
    }

    // MARK: - The caller

    /// Outputs silence for the caller, as much as time has passed, up to a block. The agent is still recorded.
    private mutating func standIn() {
        if ports.port(of: .callerIn) == nil { clock.pause(milliseconds: 5) }
        var count = min(absence?.due(at: clock.now) ?? 0, LiveMedia.largestBlock)
        // The frames that the agent's port kept during a stall belong beside this silence.
        if hasMoreOfAgent { count = min(count, queue.count) }
        if count > 0 {
            absence?.fill(count)
            // Silence that is late already is recorded but not played.
            process(count, isHeard: count <= format.periods * format.periodFrames)
        }
        if absence?.isOver == true {
            absence = nil
            awaitedUntil = clock.now + Self.grace
        }
    }

    /// Processes all frames of the caller's port, block by block.
    private mutating func hearCaller(_ port: any MediaPort) {
        let limit = min(port.bufferFrames, LiveMedia.largestBlock)
        var block = caller.mutableSpan
        let result = port.read(into: &block, limit: limit)
        switch result {
        case .frames(let count):
            lastHeard = clock.now
            readOfCaller += count
            process(count)
            isBehind = count == limit
            if isBehind { awaitedUntil = lastHeard + Self.grace }
            return
        case .notReady: break
        case .xrun: tell(.xrun(.callerIn))
        case .lost: lose(.callerIn)
        }
        isBehind = false
    }

    /// Takes telephone events, each at its position in the frames that were read from the same port.
    private mutating func takeTelephoneEvents(of port: any MediaPort) {
        while var event = port.nextTelephoneEvent() {
            event.start += media.received - readOfCaller
            media.take(event)
        }
    }

    /// Passes the first frames of ``caller`` and the agent's frames beside them through the media.
    private mutating func process(_ count: Int, isHeard: Bool = true) {
        queue.take(count, into: &agent)
        media.process(caller: caller, agent: agent, frames: 0..<count, line: controls.line)
        controls.note(caller: Self.peak(caller, count), agent: Self.peak(agent, count))
        controls.frames = media.received
        for index in 0..<count {
            caller[index] = 0
            agent[index] = 0
        }
        handOver(isHeard: isHeard)
    }

    /// Passes the media's last block to playback and recording.
    private mutating func handOver(isHeard: Bool = true) {
        let heard = media.agentHears
        if isHeard { settle(ports.play(heard, count: heard.count, to: .agentOut), .agentOut) }
        guard let recording, !media.recording.isEmpty else { return }
        if !recording.put(contentsOf: media.recording) { tell(.unrecorded) }
    }

    // MARK: - The agent

    private mutating func hearAgent() {
        hasMoreOfAgent = false
        guard let port = ports.port(of: .agentIn) else {
            if let outcome = ports.checkPlayback(to: .callerOut) { settle(outcome, .callerOut) }
            return
        }
        let limit = min(port.bufferFrames, LiveMedia.largestBlock)
        let isCallerAwaited = absence != nil || lastTurn < awaitedUntil
        for _ in 0..<8 {
            // After a stall both ports have many frames. The agent's frames wait in the port for the caller's; in the
            // queue some would be dropped.
            if isBehind && queue.room < limit { return }
            var block = agent.mutableSpan
            let result = port.read(into: &block, limit: limit)
            switch result {
            case .frames(let count):
                let excess = queue.put(agent, count: count, isCallerAwaited: isCallerAwaited)
                if excess > 0 { tell(.dropped(.agentIn, frames: excess)) }
                settle(ports.play(agent, count: count, to: .callerOut), .callerOut)
                // The rest is read in the next turn. A port that is never empty must not block the caller's.
                if count < format.periodFrames || excess > 0 { return }
            case .notReady: return
            case .xrun: tell(.xrun(.agentIn))
            case .lost: return lose(.agentIn)
            }
        }
        hasMoreOfAgent = true
    }

    // MARK: - Trouble

    private mutating func settle(_ outcome: PlaybackLeg.Outcome, _ leg: CallLeg) {
        if outcome.hadXrun { tell(.xrun(leg)) }
        if outcome.dropped > 0 { tell(.dropped(leg, frames: outcome.dropped)) }
        if outcome.isLost { lose(leg) }
    }

    private mutating func lose(_ leg: CallLeg) {
        silentTurns = 0
        // The frames in the caller's port are lost with it.
        if leg == .callerIn { isBehind = false }
        for closed in ports.close(leg, at: clock.now) {
            // If silence of an earlier absence is still due, this absence continues it.
            if closed == .callerIn {
                absence = absence?.resumed() ?? CallerAbsence(since: lastHeard, sampleRate: format.sampleRate)
            }
            tell(.lost(closed))
        }
    }

    private mutating func reopenPorts() {
        let clock = clock
        for leg in Self.legs where ports.reopen(leg, by: clock) {
            tell(.reopened(leg))
            guard leg == .callerIn else { continue }
            lastHeard = clock.now
            absence?.end(at: lastHeard)
            readOfCaller = 0
        }
        // An attempt may take any time, and does not count as a stall of the loop.
        lastTurn = clock.now
    }

    /// Reports an event. If the queue has no room, the call has no attendant, which is as serious as a lost key.
    private mutating func tell(_ event: MediaEvent) {
        if !events.put(event) { media.doubt() }
    }

    private static func peak(_ samples: [Float], _ count: Int) -> Float {
        var peak: Float = 0
        for index in 0..<count { peak = max(peak, abs(samples[index])) }
        return peak
    }
}
