import AudioIO
import DTMF
import Glibc
import PaymentSession
import Suppression

/// The loop of a live call, on a thread of its own: devices in, the media core, devices out.
///
/// It goes by the caller's device, and while that is gone by the clock. Everything captured goes through the core, also what comes
/// late, so that no key is lost and the recording is whole; what is too late to be heard is dropped on the way to the ear, its
/// tones already gone.
@safe struct LiveLoop {
    private let settings: LiveSettings
    private let controls: LiveControls
    private let events: SingleProducerRing<MediaEvent>
    private let recording: SingleProducerRing<Float>?
    private var core: MediaCore
    private var callerIn: DeviceKeeper
    private var agentIn: DeviceKeeper?
    private var agentOut: PlaybackLeg
    private var callerOut: PlaybackLeg?
    private var queue: AgentQueue
    private let caller: UnsafeMutableBufferPointer<Float>
    private let agent: UnsafeMutableBufferPointer<Float>
    private var lastTurn = ContinuousClock.now
    private var isSilent = 0
    /// Whether the caller's device has more than was read, as after a stall.
    private var isBehind = false
    /// Until when all of the agent is kept for the caller's frames beside it, which may come late and at once.
    private var awaitedUntil = ContinuousClock.now
    /// Whether the agent's device had more than was read.
    private var hasMoreOfAgent = false
    /// Turns left in which the caller's frames from before a stall wait for the agent's beside them.
    private var waitsForAgent = 0
    /// When the caller's device brought something last.
    private var lastHeard = ContinuousClock.now
    /// The time without a caller's device, where it is gone or its silence is not all given.
    private var absence: CallerAbsence?

    /// A turn that comes later than this after the one before is a stall.
    private static let stall = Duration.milliseconds(100)
    /// Turns of 20 ms without a sample after which a capture device counts as gone.
    private static let patience = 100
    /// A sound server brings what it kept through a stall in pieces, of one device before the other: so many turns of 5 ms.
    private static let waitsAfterStall = 40
    /// After a stall or a time without the caller's frames: by then those that are late have come, or never will.
    private static let grace = Duration.seconds(1)

    /// A loop whose devices are open.
    init(
        _ settings: LiveSettings, controls: LiveControls, events: SingleProducerRing<MediaEvent>,
        recording: SingleProducerRing<Float>?
    ) throws(DeviceError) {
        self.settings = settings
        self.controls = controls
        self.events = events
        self.recording = recording
        let sound = settings.sound
        callerIn = try DeviceKeeper(.callerIn, settings.callerIn, sound)
        agentOut = PlaybackLeg(try DeviceKeeper(.agentOut, settings.agentOut, sound), settings: sound)
        if let name = settings.agentIn { agentIn = try DeviceKeeper(.agentIn, name, sound) }
        if let name = settings.callerOut {
            callerOut = PlaybackLeg(try DeviceKeeper(.callerOut, name, sound), settings: sound)
        }
        // The caller's device may bring all of a short buffer at once, before the agent's is looked at.
        let buffer = sound.periods * sound.periodFrames
        let cushion = max(2 * sound.periodFrames, min(buffer, sound.sampleRate / 20))
        queue = AgentQueue(
            cushion: cushion, limit: max(sound.sampleRate / 5, 2 * cushion), reserve: 3 * sound.sampleRate)
        core = MediaCore(
            sampleRate: Double(sound.sampleRate), suppression: settings.suppression, profile: settings.profile,
            events: events)
        unsafe caller = .allocate(capacity: MediaCore.largestBlock)
        unsafe agent = .allocate(capacity: MediaCore.largestBlock)
        unsafe caller.initialize(repeating: 0)
        unsafe agent.initialize(repeating: 0)
    }

    func free() {
        agentOut.free()
        callerOut?.free()
        queue.free()
        unsafe caller.deallocate()
        unsafe agent.deallocate()
    }

    /// The devices that cannot do the settings themselves.
    var converted: [String] {
        // One name may stand for both directions.
        let names = LiveLeg.allCases.compactMap { device(of: $0) }.filter(\.isConverted).map(\.name)
        return names.indices.filter { !names[..<$0].contains(names[$0]) }.map { names[$0] }
    }

    /// Runs until the controls say to stop, then flushes.
    mutating func run() {
        // Only now, with every device open: what is captured before anyone reads runs over.
        agentIn?.device?.start()
        callerIn.device?.start()
        lastTurn = .now
        lastHeard = .now
        while !controls.isStopping { turn() }
        core.finish()
        hand(over: core)
        agentOut.drain(milliseconds: 200)
        callerOut?.drain(milliseconds: 200)
    }

    private mutating func turn() {
        controls.countTurn()
        let now = ContinuousClock.now
        let gap = now - lastTurn
        lastTurn = now
        if gap > Self.stall {
            tell(.stalled(milliseconds: Int(gap / .milliseconds(1))))
            isBehind = callerIn.device != nil
            waitsForAgent = Self.waitsAfterStall
            awaitedUntil = now + Self.grace
        }
        reopenDevices()
        hearAgent()
        if absence != nil { return standIn() }
        guard let device = callerIn.device else { return }
        if isBehind && waitsForAgent > 0 && agentIn?.device != nil && queue.count < device.bufferFrames {
            waitsForAgent -= 1
            usleep(5_000)
            return
        }
        switch device.wait(milliseconds: 20) {
        case .frames:
            isSilent = 0
            return hearCaller(device)
        case .notReady:
            isSilent += 1
            awaitedUntil = now + Self.grace
            if isSilent >= Self.patience { lose(.callerIn) }
        case .xrun: tell(.xrun(.callerIn))
        case .lost: lose(.callerIn)
        }
        isBehind = false
    }

    /// Silence in the caller's place, as much as has passed, a block at most: the agent goes on being recorded.
    private mutating func standIn() {
        if callerIn.device == nil { usleep(5_000) }
        var count = min(absence?.due(at: .now) ?? 0, MediaCore.largestBlock)
        // What the agent's device kept through a stall belongs beside this silence.
        if hasMoreOfAgent { count = min(count, queue.count) }
        if count > 0 {
            unsafe caller[..<count].update(repeating: 0)
            absence?.fill(count)
            // Silence that is late already is recorded and not played after all.
            process(count, isHeard: count <= settings.sound.periods * settings.sound.periodFrames)
        }
        if absence?.isOver == true {
            absence = nil
            awaitedUntil = .now + Self.grace
        }
    }

    /// Everything that the caller's device has, block by block.
    private mutating func hearCaller(_ device: SoundDevice) {
        let limit = min(device.bufferFrames, MediaCore.largestBlock)
        switch unsafe device.read(into: caller, limit: limit) {
        case .frames(let count):
            lastHeard = .now
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

    private mutating func process(_ count: Int, isHeard: Bool = true) {
        let agentBlock = unsafe UnsafeMutableBufferPointer(rebasing: agent[..<count])
        unsafe queue.take(into: agentBlock)
        let callerBlock = unsafe UnsafeBufferPointer(rebasing: caller[..<count])
        unsafe core.process(
            caller: callerBlock.span, agent: UnsafeBufferPointer(agentBlock).span, line: controls.line)
        unsafe controls.note(caller: peak(callerBlock), agent: peak(UnsafeBufferPointer(agentBlock)))
        controls.frames = core.received
        unsafe caller[..<count].update(repeating: 0)
        unsafe agentBlock.update(repeating: 0)
        hand(over: core, isHeard: isHeard)
    }

    /// The core's last block on its way to ear and recording.
    private mutating func hand(over core: borrowing MediaCore, isHeard: Bool = true) {
        let (heard, recorded) = (core.agentHears, core.recording)
        if isHeard { settle(agentOut.play(heard.span), .agentOut) }
        guard let recording, !recorded.isEmpty else { return }
        if !recording.put(contentsOf: recorded.span) { tell(.unrecorded) }
    }

    private mutating func hearAgent() {
        hasMoreOfAgent = false
        guard let device = agentIn?.device else {
            if let outcome = callerOut?.look() { settle(outcome, .callerOut) }
            return
        }
        let limit = min(device.bufferFrames, MediaCore.largestBlock)
        let isCallerAwaited = absence != nil || lastTurn < awaitedUntil
        for _ in 0..<8 {
            // After a stall both devices bring as much at once: the agent's waits there for the caller's, or it would be lost.
            if isBehind && queue.room < limit { return }
            switch unsafe device.read(into: agent, limit: limit) {
            case .frames(let count):
                let block = unsafe UnsafeBufferPointer(rebasing: agent[..<count])
                let excess = unsafe queue.put(block.span, isCallerAwaited: isCallerAwaited)
                if excess > 0 { tell(.dropped(.agentIn, frames: excess)) }
                if let outcome = unsafe callerOut?.play(block.span) { settle(outcome, .callerOut) }
                unsafe agent[..<count].update(repeating: 0)
                // What is left comes with the next turn; a device that is never empty must not hold the caller up.
                if count < settings.sound.periodFrames || excess > 0 { return }
            case .notReady: return
            case .xrun: tell(.xrun(.agentIn))
            case .lost: return lose(.agentIn)
            }
        }
        hasMoreOfAgent = true
    }

    private mutating func settle(_ outcome: PlaybackLeg.Outcome, _ leg: LiveLeg) {
        if outcome.hadXrun { tell(.xrun(leg)) }
        if outcome.dropped > 0 { tell(.dropped(leg, frames: outcome.dropped)) }
        if outcome.isLost { lose(leg) }
    }

    private mutating func lose(_ leg: LiveLeg) {
        isSilent = 0
        // Whatever the caller's device had is gone.
        if leg == .callerIn { isBehind = false }
        let isClientOfJACK = device(of: leg)?.isClientOfJACK ?? false
        close(leg)
        // JACK's library may not meet a new server with old clients open: closing one of them afterwards ends the process.
        for other in LiveLeg.allCases where isClientOfJACK && device(of: other)?.isClientOfJACK == true { close(other) }
    }

    private func device(of leg: LiveLeg) -> SoundDevice? {
        switch leg {
        case .callerIn: callerIn.device
        case .agentIn: agentIn?.device
        case .agentOut: agentOut.keeper.device
        case .callerOut: callerOut?.keeper.device
        }
    }

    private mutating func close(_ leg: LiveLeg) {
        switch leg {
        case .callerIn:
            callerIn.lose()
            // Silence of an absence before that is still to be given goes on into this one.
            absence = absence?.resumed() ?? CallerAbsence(since: lastHeard, sampleRate: settings.sound.sampleRate)
        case .agentIn: agentIn?.lose()
        case .agentOut: agentOut.lose()
        case .callerOut: callerOut?.lose()
        }
        tell(.lost(leg))
    }

    private mutating func reopenDevices() {
        if callerIn.reopen() {
            tell(.reopened(.callerIn))
            absence?.end(at: .now)
            lastHeard = .now
        }
        if agentOut.reopen() { tell(.reopened(.agentOut)) }
        if agentIn?.reopen() == true { tell(.reopened(.agentIn)) }
        if callerOut?.reopen() == true { tell(.reopened(.callerOut)) }
        // An attempt may take as long as it likes; it is not the loop that stalled.
        lastTurn = .now
    }

    /// An event that finds no room is as grave as a lost key: nobody follows the call.
    private mutating func tell(_ event: MediaEvent) {
        if !events.put(event) { core.doubt() }
    }

    private func peak(_ samples: UnsafeBufferPointer<Float>) -> Float {
        var peak: Float = 0
        for index in 0..<samples.count { peak = unsafe max(peak, abs(samples[index])) }
        return peak
    }
}
