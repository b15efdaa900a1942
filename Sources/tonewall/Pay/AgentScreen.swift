import CallControl
import LineControl
import PaymentSession
import ProcessIO
import TextFormats

/// Something that shows a session's events.
protocol EventPrinter: Sendable {
    mutating func print(_ event: CallEvent)
}

/// A session's events on standard output, a JSON object a line.
struct EventOutput: EventPrinter {
    let records: SessionRecords
    let log: EventLog

    func print(_ event: CallEvent) {
        if let record = records.record(event) { StandardOutput.write(log.append(record).ndjson) }
    }
}

/// A session as the agent sees it: a line a field, a bullet a digit as it is keyed.
struct AgentScreen: EventPrinter {
    var prompts: PromptStyle?
    private var isLineOpen = false
    private var saysTest = true
    /// Column at which bullets begin.
    private let margin = 24

    init(prompts: PromptStyle?) { self.prompts = prompts }

    mutating func print(_ event: CallEvent) {
        if event.view.isTest && saysTest { line(event, "TEST", "no money moves") }
        saysTest = false
        switch event.kind {
        case .noLedger: line(event, "no ledger", "this payment is written nowhere")
        case .notice(let notice): print(notice, event)
        case .prompt(let prompt): print(prompt, event)
        case .refused(let word, let refusal): line(event, "refused", "\(word): \(refusal.words)")
        case .line(.muted): line(event, "legs muted", "nothing is heard any more")
        case .line: break
        }
    }

    private mutating func print(_ notice: SessionNotice, _ event: CallEvent) {
        switch notice {
        case .secured: line(event, "line secured")
        // The words to read come first, and the field's line with its first digit.
        case .fieldBegan(let field): if prompts == nil { open(event, field.words) }
        case .digitEntered(let field, _):
            if !isLineOpen { open(event, field.words) }
            StandardOutput.write("•")
        case .fieldCleared: if isLineOpen { close("cleared") }
        case .fieldSkipped(let field): close("none", field, event)
        case .fieldAccepted(let field): close(event.view.shown(field), field, event)
        case .fieldRejected(let field, let error, let left):
            let tries = left == 0 ? "no try" : left == 1 ? "1 try" : "\(left) tries"
            close("\(error.words), \(tries) left", field, event)
        case .keyDropped: line(event, "key dropped", "counts for no field")
        case .complete: break
        case .submitted(let attempt): line(event, "paying", "\(event.view.mark)\(event.view.sum), card \(attempt)")
        case .awaitingAnswer(let standing): line(event, "awaiting answer", standing.words)
        case .declined(let decline): line(event, "declined", decline.words)
        case .voiding(let approval): line(event, "approved late", "\(approval.paymentID), being taken back")
        case .ended(let end): line(event, end.outcome, event.view.mark + end.detail(event.view))
        }
    }

    private mutating func print(_ prompt: CallerPrompt, _ event: CallEvent) {
        switch prompts {
        case nil: return
        case .ivr: line(event, "prompt", prompt.name)
        case .agent: line(event, "say", "“\(prompt.script(event.view))”")
        }
    }

    private mutating func open(_ event: CallEvent, _ label: String) {
        if isLineOpen { StandardOutput.write("\n") }
        StandardOutput.write(head(event, label))
        isLineOpen = true
    }

    private mutating func close(_ result: String, _ field: CaptureField, _ event: CallEvent) {
        if !isLineOpen { open(event, field.words) }
        close(result)
    }

    private mutating func close(_ result: String) {
        StandardOutput.write("  \(result)\n")
        isLineOpen = false
    }

    private mutating func line(_ event: CallEvent, _ label: String, _ detail: String = "") {
        if isLineOpen { StandardOutput.write("\n") }
        isLineOpen = false
        let text = head(event, label) + detail
        StandardOutput.write(text.trimmingTrailingSpaces + "\n")
    }

    private func head(_ event: CallEvent, _ label: String) -> String {
        let seconds = event.time.seconds
        let time = fixed(seconds, decimals: 1)
        let head = String(repeating: " ", count: max(0, 6 - time.count)) + time + "  " + label
        return head + String(repeating: " ", count: max(2, margin - head.count))
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: Substring {
        var rest = self[...]
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
