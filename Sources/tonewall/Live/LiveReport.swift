import Codecs
import AudioIO
import CallControl
import MediaCore
import PaymentSession

/// What a live call tells: rows and lines on a terminal, ndjson events elsewhere.
struct LiveReport {
    let isText: Bool
    private(set) var lines: LiveLines
    private let prompts: PromptStyle?
    private let clock: CallClock
    private(set) var counts = LiveCounts()
    private var sums = TroubleSums()
    private var screen = LiveScreen()
    private var turns = 0

    init(isText: Bool, lines: LiveLines, prompts: PromptStyle?, clock: CallClock) {
        self.isText = isText
        self.prompts = prompts
        self.lines = lines
        self.clock = clock
    }

    /// Tells what happened in the session, as `tonewall pay` does; on a terminal the rows have it, but for the words to read.
    mutating func tell(_ events: [CallEvent]) {
        for event in events {
            lines.names.idempotencyKey = event.payment.idempotencyKey
            if !isText {
                if let line = EventLines(prompts: prompts).line(event) { StandardOutput.write(line) }
            } else if case .prompt(let prompt) = event.kind, let prompts {
                say(prompts == .agent ? "say: “\(prompt.script(event.view))”" : "prompt: \(prompt.name)")
            } else if case .refused(let word, let refusal) = event.kind {
                say("tonewall: \(word): \(refusal.words)")
            }
        }
    }

    /// Counts an event and tells it; a key of a payment is told by its session.
    mutating func tell(_ event: MediaEvent, hasPayment: Bool) {
        counts.count(event)
        if case .key = event {
            screen.light()
            if isText || hasPayment { return }
        }
        if sums.add(event) || event == .unrecorded { return }
        guard isText else { return write(lines.event(event, at: clock.now, counts)) }
        switch event {
        case .lost(let leg): say("\(leg.name): the device is gone; it is tried again")
        case .reopened(let leg): say("\(leg.name): the device is back")
        default: break
        }
    }

    /// Tells the troubles that are due; at the call's end all of them.
    mutating func tellTroubles(isLast: Bool = false) {
        let due = sums.due(at: .now, isLast: isLast)
        if isText { return }
        for sum in due { write(lines.trouble(sum, at: clock.now, counts)) }
    }

    /// Answers a command that was not followed.
    mutating func refuse(_ command: String, _ reason: String, _ words: String) {
        say("tonewall: \(words)")
        if !isText { StandardOutput.write(lines.refused(command, reason, at: clock.now)) }
    }

    /// A line of its own on standard error, above the rows of the screen.
    mutating func say(_ line: String) {
        if isText { screen.clear() }
        Report.note(line)
    }

    /// An event that is told whatever waits, and its words on standard error.
    mutating func announce(_ event: String, _ words: String) {
        say(words)
        if !isText { StandardOutput.write(event) }
    }

    /// The rows of the screen, ten times a second.
    mutating func draw(_ call: LiveCall, _ payment: LivePayment?) async {
        turns += 1
        guard isText, turns % 10 == 0 else { return }
        screen.draw(
            time: clock.now, peaks: call.takePeaks(), counts: counts, view: await payment?.session.view,
            rate: call.format.sampleRate)
    }

    mutating func clear() { if isText { screen.clear() } }

    /// What the audio adds is left out where a reader stands still; what the payment adds is not.
    private func write(_ line: String) { StandardOutput.write(line, canBeSpared: true) }
}
