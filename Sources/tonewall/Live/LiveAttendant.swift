import CallControl
import Failures
import Glibc
import ProcessIO

/// Who attends a call at this process: rows and keys on a terminal, else ndjson events and commands, one a line.
struct LiveAttendant: CallAttendant {
    private let isText: Bool
    private var input: LiveInput
    private var screen = LiveScreen()

    init(isText: Bool) {
        self.isText = isText
        input = LiveInput(isTerminal: isText && isatty(STDIN_FILENO) != 0)
    }

    mutating func takeCommands() -> [LiveCommand] { input.take() }
    var hasNoMoreCommands: Bool { input.isAtEnd }
    var isGone: Bool { OutputQueue.output.isReaderGone }
    var ordersEnd: Bool { Interruption.hasCome }

    mutating func tell(_ notice: CallNotice) {
        if notice.isKey { screen.light() }
        switch notice.note {
        case .words(let words): say(words)
        case .failure(let file, let what, let consequence):
            say(Failure(.inputOutput, file: file, what, advice: consequence).line)
        case nil: break
        }
        if isText {
            for line in notice.screen { say(line) }
        } else if let record = notice.record {
            StandardOutput.write(record.ndjson, canBeSpared: notice.canBeSpared)
        }
    }

    mutating func help() { say(LiveScreen.help) }

    mutating func sayGone(_ consequence: String) { say(OutputQueue.output.failure(consequence).line) }

    mutating func show(_ standing: CallStanding) {
        if isText { screen.draw(standing) }
    }

    func wouldLeave(_ words: String?) { Interruption.says(words) }

    mutating func close() {
        if isText { screen.clear() }
        input.restore()
    }

    /// A line of its own on standard error, above the rows of the screen.
    private mutating func say(_ line: String) {
        if isText { screen.clear() }
        Report.note(line)
    }
}
