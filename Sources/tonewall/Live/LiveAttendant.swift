import CallControl
import Failures
import ProcessIO

/// The attendant of a call in this process: rows and keys on a terminal, else NDJSON events and commands, one a line.
struct LiveAttendant: CallAttendant {
    private let isText: Bool
    private var input: StandardInput
    private var commands: AgentInput
    private var rows = TerminalRows()
    /// Until when the light for a key is on. Which key it was is not shown.
    private var keyLight = ContinuousClock.now

    init(isText: Bool) {
        self.isText = isText
        let isTerminal = isText && StandardInput.isTerminal
        input = StandardInput(isTerminal: isTerminal)
        commands = AgentInput(isTerminal: isTerminal)
    }

    mutating func takeCommands() -> [LiveCommand] {
        let wasAtEnd = input.isAtEnd
        let taken = commands.take(input.takeBytes())
        return taken + (input.isAtEnd && !wasAtEnd ? commands.finish() : [])
    }

    var hasNoMoreCommands: Bool { input.isAtEnd }
    var isGone: Bool { OutputQueue.output.isReaderGone }
    var ordersEnd: Bool { Interruption.hasCome }

    mutating func tell(_ notice: CallNotice) {
        if notice.isKey { keyLight = .now + .milliseconds(400) }
        switch notice.note {
        case .words(let words): say(words)
        case .failure(let file, let what, let consequence):
            say(Failure(.inputOutput, code: "recording.failed", file: file, what, advice: consequence).line)
        case nil: break
        }
        if isText {
            for line in notice.screen { say(line) }
        } else if let record = notice.record {
            StandardOutput.write(record.ndjson, canBeSpared: notice.canBeSpared)
        }
    }

    mutating func help() { say(AgentInput.help) }

    mutating func sayGone(_ consequence: String) { say(OutputQueue.output.failure(consequence).line) }

    mutating func show(_ status: CallStatus) {
        if isText { rows.draw(status.rows(isKeyLit: ContinuousClock.now < keyLight)) }
    }

    func wouldLeave(_ words: String?) { Interruption.says(words) }

    mutating func close() {
        if isText { rows.clear() }
        input.restore()
    }

    /// Writes a line to standard error, above the rows of the screen.
    private mutating func say(_ line: String) {
        if isText { rows.clear() }
        Report.note(line)
    }
}
