import LineControl

/// The loop of a live call, on a thread of its own: ports in, the call's media, ports out.
///
/// It goes by the caller's port, and while that is gone by the clock. Everything captured goes through the media, also
/// what comes late, so that no key is lost and the recording is whole; what is too late to be heard is dropped on the
/// way to the ear, its tones already gone.
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
    /// Turns without a sample of the caller.
    private var silentTurns = 0
    /// Whether the caller's port has more than was read, as after a stall.
    private var isBehind = false
    /// Until when all of the agent is kept for the caller's frames beside it, which may come late and at once.
    private var awaitedUntil: ContinuousClock.Instant
    /// Whether the agent's port had more than was read.
    private var hasMoreOfAgent = false
    /// Turns left in which the caller's frames from before a stall wait for the agent's beside them.
    private var waitsForAgent = 0
    /// When the caller's port brought something last.
    private var lastHeard: ContinuousClock.Instant
    /// Frames read from the caller's port since it was opened.
    private var readOfCaller = 0
    /// The time without a caller's port, where it is gone or its silence is not all given.
    private var absence: CallerAbsence?

    private static let legs = CallLeg.allCases
    /// A turn that comes later than this after the one before is a stall.
    private static let stall = Duration.milliseconds(100)
    /// Turns of 20 ms without a sample after which a port that captures counts as gone.
    static let patience = 100
    /// A sound server brings what it kept through a stall in pieces, of one port before the other: so many turns of 5
    /// ms.
    private static let waitsAfterStall = 40
    /// After a stall or a time without the caller's frames: by then those that are late have come, or never will.
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
        // The caller's port may bring all of a short buffer at once, before the agent's is looked at.
        let buffer = format.periods * format.periodFrames
        let cushion = max(2 * format.periodFrames, min(buffer, format.sampleRate / 20))
        queue = AgentQueue(
            cushion: cushion, limit: max(format.sampleRate / 5, 2 * cushion), reserve: 3 * format.sampleRate)
        media = LiveMedia(
            sampleRate: Double(format.sampleRate), suppression: settings.suppression,
            bounceGap: settings.bounceGap, events: events)
    }

    /// Names of the ports that something converts for.
    var converted: [String] { ports.converted }

    /// Runs until the controls say to stop, then flushes.
    mutating func run() {
        begin()
        while !controls.isStopping { turn() }
        finish()
    }

    /// Begins to capture: only now, with every port open, since what is captured before anyone reads runs over.
    mutating func begin() {
        ports.startCapture()
        lastTurn = clock.now
        lastHeard = clock.now
    }

    /// What is held is played and recorded.
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

    /// Silence in the caller's place, as much as has passed, a block at most: the agent goes on being recorded.
    private mutating func standIn() {
        if ports.port(of: .callerIn) == nil { clock.pause(milliseconds: 5) }
        var count = min(absence?.due(at: clock.now) ?? 0, LiveMedia.largestBlock)
        // What the agent's port kept through a stall belongs beside this silence.
        if hasMoreOfAgent { count = min(count, queue.count) }
        if count > 0 {
            absence?.fill(count)
            // Silence that is late already is recorded and not played after all.
            process(count, isHeard: count <= format.periods * format.periodFrames)
        }
        if absence?.isOver == true {
            absence = nil
            awaitedUntil = clock.now + Self.grace
        }
    }

    /// Everything that the caller's port has, block by block.
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

    /// Keys that packets tell, each at its place beside the frames that were read from the same port.
    private mutating func takeTelephoneEvents(of port: any MediaPort) {
        while var event = port.nextTelephoneEvent() {
            event.start += media.received - readOfCaller
            media.take(event)
        }
    }

    /// Sends the first frames of ``caller`` through the media, with the agent's beside them.
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

    /// The media's last block on its way to ear and recording.
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
            // After a stall both ports bring as much at once: the agent's waits there for the caller's, or it would be
            // lost.
            if isBehind && queue.room < limit { return }
            var block = agent.mutableSpan
            let result = port.read(into: &block, limit: limit)
            switch result {
            case .frames(let count):
                let excess = queue.put(agent, count: count, isCallerAwaited: isCallerAwaited)
                if excess > 0 { tell(.dropped(.agentIn, frames: excess)) }
                settle(ports.play(agent, count: count, to: .callerOut), .callerOut)
                // What is left comes with the next turn; a port that is never empty must not hold the caller up.
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
        // Whatever the caller's port had is gone.
        if leg == .callerIn { isBehind = false }
        for closed in ports.close(leg, at: clock.now) {
            // Silence of an absence before that is still to be given goes on into this one.
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
        // An attempt may take as long as it likes; it is not the loop that stalled.
        lastTurn = clock.now
    }

    /// An event that finds no room is as grave as a lost key: nobody follows the call.
    private mutating func tell(_ event: MediaEvent) {
        if !events.put(event) { media.doubt() }
    }

    private static func peak(_ samples: [Float], _ count: Int) -> Float {
        var peak: Float = 0
        for index in 0..<count { peak = max(peak, abs(samples[index])) }
        return peak
    }
}
