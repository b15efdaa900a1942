package import AudioIO
import Codecs
internal import LineControl
internal import MediaCore
package import PaymentSession
package import Suppression

/// Plays a recorded call through a session as fast as possible. The caller is on the first channel, the agent on the
/// second.
///
/// Time is that of the recording. Time-outs, the agent's script and the gateway's answer happen at sample positions. So
/// a recording gives the same session on every machine.
package struct RecordedCall: Sendable {
    /// The agent's actions.
    package var script: AgentScript
    /// Call time from a submission to the gateway's answer. If the gateway takes longer, the call waits.
    package var answerAfter: Duration
    /// How tones are removed, and the thresholds of the caller's keys.
    package var suppression: Suppressor.Configuration
    /// The meaning of the keys.
    package var profile: KeypadProfile

    package init(
        script: AgentScript = AgentScript(), profile: KeypadProfile = .keyivr, answerAfter: Duration = .seconds(1),
        suppression: Suppressor.Configuration = Suppressor.Configuration()
    ) {
        self.script = script
        self.profile = profile
        self.answerAfter = answerAfter
        self.suppression = suppression
    }

    /// The result of playing a call.
    package struct Report: Sendable {
        /// What the agent saw at the end.
        package var view: AgentView
        /// Length of the recording.
        package var length: Duration
        /// Whether the caller pressed any key.
        package var heardKeys: Bool
        /// What was removed from each leg, the caller's first.
        package var suppressed: [SuppressionCount]
        /// The stretches of the caller's leg that were removed as keys, in frames.
        package var removed: [Range<Int>]
        /// Whether the wait for the gateway's answer was given up.
        package var isLeftOpen: Bool
    }

    /// Plays the audio of `reader` through `session`. Blocks are interleaved frames, the caller first.
    ///
    /// The end of the recording is the caller's hang-up. If the caller never pressed a key, the session waits for a
    /// time-out instead. If reading or writing fails, the session fails too and submits nothing more.
    ///
    /// - Parameters:
    ///   - stop: An order that ends the call like a hang-up.
    ///   - hear: Receives every input block.
    ///   - write: Receives every output block without tones. There are as many frames as came in, later by the
    ///     look-ahead.
    /// - Throws: ``RecordedCallError`` before anything is played, else the errors of reading and of `write`.
    package func play(
        _ reader: AudioReader, through session: CallSession, stop: CallStop = .never,
        hear: (Span<Float>) -> Void = { _ in }, write: (Span<Float>) throws -> Void
    ) async throws -> Report {
        try RecordedCallError.check(reader)
        let rate = reader.format.sampleRate
        var player = Player(call: self, session: session, stop: stop, sampleRate: Double(rate))
        var block: [Float] = []
        do {
            // 10 ms are short enough for the line to follow the session, and long enough to cost little.
            while !stop.isOrdered(), try reader.read(frames: rate / 100, into: &block) > 0 {
                hear(block.span)
                try await player.play(block, write: write)
                block.wipe()
            }
            reader.close()
            try await player.finish(write: write)
        } catch {
            await player.fail()
            throw error
        }
        return await player.report
    }
}

/// The state of a call during playback.
private struct Player {
    let call: RecordedCall
    let session: CallSession
    let stop: CallStop
    let sampleRate: Double
    var media: CallMedia
    var legs = LegSamples(legs: CallMedia.channels)
    var isLeftOpen = false
    var nextStep = 0
    var answerDue: Duration?
    var heardKeys = false
    var directive = CallSession.Directive(line: .open, nextDeadline: nil, awaitsAnswer: false, isOver: false)
    var output: [Float] = []
    var removed: [Range<Int>] = []

    init(call: RecordedCall, session: CallSession, stop: CallStop, sampleRate: Double) {
        self.call = call
        self.session = session
        self.stop = stop
        self.sampleRate = sampleRate
        media = CallMedia(
            sampleRate: sampleRate, bounceGap: call.profile.bounceGap, configuration: call.suppression)
    }

    var now: Duration { media.time }

    var report: RecordedCall.Report {
        get async {
            RecordedCall.Report(
                view: await session.view, length: now, heardKeys: heardKeys, suppressed: media.counts,
                removed: removed, isLeftOpen: isLeftOpen)
        }
    }

    mutating func play(_ block: [Float], write: (Span<Float>) throws -> Void) async throws {
        await catchUp()
        for index in block.indices { legs.append(block[index], to: index % CallMedia.channels) }
        media.process(legs)
        legs.wipe()
        try handOver(write)
        await sendKeys()
    }

    mutating func finish(write: (Span<Float>) throws -> Void) async throws {
        media.finish()
        try handOver(write)
        await sendKeys()
        media.forget()
        await catchUp()
        if !heardKeys && !stop.isOrdered() {
            while !directive.isOver, let deadline = directive.nextDeadline { await send(.tick, at: deadline) }
        }
        if !directive.isOver { await send(.hangUp, at: now) }
        await hearLastAnswer()
    }

    /// Writes the frames that are due, interleaved. It notes where the caller's keys were, not which ones.
    private mutating func handOver(_ write: (Span<Float>) throws -> Void) throws {
        output.removeAll(keepingCapacity: true)
        for frame in 0..<media.clean.frameCount { output += media.clean.legs.map { $0[frame] } }
        for event in media.removed
        where event.channel == CallMedia.caller && (event.kind == .press || event.kind == .fragment) {
            removed.append(event.start..<event.end)
        }
        try write(output.span)
    }

    /// Fails the session because the audio cannot be read or written.
    mutating func fail() async {
        await send(.failure(.recorder), at: now)
        await hearLastAnswer()
    }

    private mutating func hearLastAnswer() async {
        while directive.awaitsAnswer && !isLeftOpen { await hearAnswer(at: max(now, answerDue ?? now)) }
    }

    /// Does everything that is due by now, in order of time: the agent's steps, the session's timers, the gateway's
    /// answer.
    private mutating func catchUp() async {
        while true {
            let step = nextStep < call.script.steps.count ? call.script.steps[nextStep] : nil
            let due = [step?.time, directive.nextDeadline, answerDue].compactMap(\.self).min()
            guard let due, due <= now else { return }
            if due == answerDue {
                await hearAnswer(at: due)
            } else if let step, due == step.time {
                nextStep += 1
                await send(.command(step.command), at: due)
            } else {
                await send(.tick, at: due)
            }
        }
    }

    private mutating func sendKeys() async {
        for key in media.keys {
            heardKeys = true
            await send(.key(key), at: now)
        }
    }

    private mutating func send(_ event: SessionEvent, at time: Duration) async {
        follow(await session.send(event, at: time), at: time)
    }

    /// Waits for the gateway's answer, which arrives at `time` of the call. Once the call must end, it waits no longer
    /// than its patience.
    private mutating func hearAnswer(at time: Duration) async {
        answerDue = nil
        stop.awaits(await session.identity)
        let answer = AwaitedAnswer(of: session) { time }
        var end: ContinuousClock.Instant?
        while !answer.isHeard {
            if end == nil && stop.isOrdered() {
                end = .now + stop.patience
                stop.willWait()
            }
            if let end, ContinuousClock.now >= end {
                isLeftOpen = true
                return
            }
            try? await Task.sleep(for: .milliseconds(2))
        }
        stop.awaits(nil)
        follow(await session.directive, at: time)
    }

    private mutating func follow(_ new: CallSession.Directive, at time: Duration) {
        directive = new
        media.line = new.line
        if new.awaitsAnswer { answerDue = answerDue ?? time + call.answerAfter } else { answerDue = nil }
    }
}
