package import LineControl
import Glibc

/// A live call between ports: a caller, an agent, and the loop that stands between them.
///
/// The audio runs on a thread of its own. Whoever runs the call takes events and recorded frames, and says what may be
/// heard.
package final class LiveCall: Sendable {
    /// How the ports run.
    package let format: PortFormat
    /// Names of the ports that something converts for, because they cannot run like this themselves; each once.
    package let converted: [String]
    private let controls = LiveControls()
    private let events: SingleProducerRing<MediaEvent>
    private let recording: SingleProducerRing<Float>?

    /// A call whose ports are open and whose audio runs.
    ///
    /// - Throws: What the first port that cannot be opened throws; nothing runs then.
    package init(_ settings: LiveSettings) throws {
        format = settings.format
        events = SingleProducerRing(capacity: 1024, blank: .stalled(milliseconds: 0))
        // Ten seconds, for a disk that is slow now and then.
        recording =
            settings.isRecorded
            ? SingleProducerRing(capacity: 10 * CallMedia.channels * format.sampleRate, blank: 0) : nil
        let loop = try LiveLoop(settings, controls: controls, events: events, recording: recording)
        converted = loop.converted
        let transfer = LoopTransfer(loop)
        AudioThread.start { [controls] in
            transfer.run()
            // Every port is closed by now: a sound server reports a client that goes with its stream open.
            controls.hasStopped = true
        }
    }

    /// What may be heard from now on.
    package var line: LineCondition {
        get { controls.line }
        set { controls.line = newValue }
    }

    /// Time of the call, by the samples that came in.
    package var time: Duration { .seconds(Double(controls.frames) / Double(format.sampleRate)) }

    /// The next event; `nil` where none waits.
    package func nextEvent() -> MediaEvent? { events.take() }

    /// Recorded frames that wait, interleaved, caller then agent; they replace what `samples` holds.
    package func takeRecording(_ samples: inout [Float]) {
        samples.removeAll(keepingCapacity: true)
        recording?.take(upTo: CallMedia.channels * 8192, appendingTo: &samples)
    }

    /// The largest sample of each leg since the last call, 0…1.
    package func takePeaks() -> (caller: Float, agent: Float) { controls.takePeaks() }

    /// Ends the call: what is held is played and recorded. ``isOver`` tells when.
    package func stop() { controls.isStopping = true }

    /// A number that changes for as long as the audio runs: where it stands still after ``stop()``, a port does not
    /// answer, as that of a sound server that hangs, and ``isOver`` may never come.
    package var pulse: Int { controls.turns }

    /// Whether the audio has ended.
    package var isOver: Bool { controls.hasStopped }
}

/// Moves a loop to its thread, which alone holds it then.
private final class LoopTransfer {
    private var loop: LiveLoop?

    init(_ loop: LiveLoop) { self.loop = loop }

    func run() {
        guard var loop = loop.take() else { return }
        loop.run()
    }
}

/// The thread that audio runs on, ahead of others where the system allows it.
private enum AudioThread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    static func start(_ run: sending @escaping () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run)).toOpaque()
        var thread = pthread_t()
        unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                var priority = sched_param(sched_priority: 10)
                unsafe pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority)
                body.run()
                return nil
            }, body)
        pthread_detach(thread)
    }
}
