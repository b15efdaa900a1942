package import LineControl

/// A live call between ports: a caller, an agent, and the loop between them.
///
/// The audio runs on a thread of its own. The owner of the call takes events and recorded frames, and decides what may
/// be heard.
package final class LiveCall: Sendable {
    /// How the ports run.
    package let format: PortFormat
    /// Names of the ports whose audio is converted because they do not support the format. Each name is there once.
    package let converted: [String]
    private let controls = LiveControls()
    private let events: SingleProducerRing<MediaEvent>
    private let recording: SingleProducerRing<Float>?

    /// Opens the ports of a call and starts its audio.
    ///
    /// - Throws: The error of the first port that cannot be opened. No audio runs then.
    package init(_ settings: LiveSettings) throws {
        format = settings.format
        events = SingleProducerRing(capacity: 1024, blank: .stalled(milliseconds: 0))
        // Ten seconds, for a disk that is sometimes slow.
        recording =
            settings.isRecorded
            ? SingleProducerRing(capacity: 10 * CallMedia.channels * format.sampleRate, blank: 0) : nil
        let loop = try LiveLoop(settings, controls: controls, events: events, recording: recording)
        converted = loop.converted
        let transfer = LoopTransfer(loop)
        AudioThread.start { [controls] in
            transfer.run()
            // Every port is closed by now. A sound server reports a client that leaves with an open stream.
            controls.hasStopped = true
        }
    }

    /// What may be heard from now on.
    package var line: LineCondition {
        get { controls.line }
        set { controls.line = newValue }
    }

    /// Time of the call, by the number of frames taken.
    package var time: Duration { .seconds(Double(controls.frames) / Double(format.sampleRate)) }

    /// The next event, or `nil`.
    package func nextEvent() -> MediaEvent? { events.take() }

    /// Moves the waiting recorded frames to `samples`, interleaved, caller then agent. They replace its content.
    package func takeRecording(_ samples: inout [Float]) {
        samples.removeAll(keepingCapacity: true)
        recording?.take(upTo: CallMedia.channels * 8192, appendingTo: &samples)
    }

    /// The largest sample of each leg since the last call, 0…1.
    package func takePeaks() -> (caller: Float, agent: Float) { controls.takePeaks() }

    /// Ends the call. The held frames are played and recorded. ``isOver`` reports the end.
    package func stop() { controls.isStopping = true }

    /// A number that changes as long as the audio runs. If it stays the same after ``stop()``, a port hangs, for
    /// example because its sound server does. ``isOver`` may then never become true.
    package var pulse: Int { controls.turns }

    /// Whether the audio has ended.
    package var isOver: Bool { controls.hasStopped }
}

/// Moves a loop to its thread, which is then its only owner.
private final class LoopTransfer {
    private var loop: LiveLoop?

    init(_ loop: LiveLoop) { self.loop = loop }

    func run() {
        guard var loop = loop.take() else { return }
        loop.run()
    }
}
