internal import LineControl
internal import PaymentSession
internal import TextFormats

/// A session as the agent reads it on a screen that only grows: a line for each field, a bullet for each digit.
package struct AgentTranscript: Sendable {
    private let prompts: PromptStyle?
    private var isLineOpen = false
    private var saysTest = true
    /// What the present event adds.
    private var text = ""
    /// Column at which bullets begin.
    private static let margin = 24

    /// - Parameter prompts: Who tells the caller what to do; `nil` leaves prompts out.
    package init(prompts: PromptStyle?) { self.prompts = prompts }

    /// What `event` adds to the screen; lines end with a line feed, the line of a field only once the field is over.
    package mutating func text(for event: CallEvent) -> String {
        text = ""
        if event.view.isTest && saysTest { line(event, "TEST", "no money moves") }
        saysTest = false
        switch event.kind {
        case .noLedger: line(event, "no ledger", "this payment is written nowhere")
        case .notice(let notice): add(notice, event)
        case .prompt(let prompt): add(prompt, event)
        case .refused(let word, let refusal): line(event, "refused", "\(word): \(refusal.words)")
        case .line(.muted): line(event, "legs muted", "nothing is heard any more")
        case .line: break
        }
        return text
    }

    private mutating func add(_ notice: SessionNotice, _ event: CallEvent) {
        switch notice {
        case .secured: line(event, "line secured")
        // The words to read come first, and the field's line with its first digit.
        case .fieldBegan(let field): if prompts == nil { open(event, field.words) }
        case .digitEntered(let field, _):
            if !isLineOpen { open(event, field.words) }
            text += "•"
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

    private mutating func add(_ prompt: CallerPrompt, _ event: CallEvent) {
        switch prompts {
        case nil: return
        case .ivr: line(event, "prompt", prompt.name)
        case .agent: line(event, "say", "“\(prompt.script(event.view))”")
        }
    }

    private mutating func open(_ event: CallEvent, _ label: String) {
        text += (isLineOpen ? "\n" : "") + Self.head(event, label)
        isLineOpen = true
    }

    private mutating func close(_ result: String, _ field: CaptureField, _ event: CallEvent) {
        if !isLineOpen { open(event, field.words) }
        close(result)
    }

    private mutating func close(_ result: String) {
        text += "  \(result)\n"
        isLineOpen = false
    }

    private mutating func line(_ event: CallEvent, _ label: String, _ detail: String = "") {
        var line = Self.head(event, label) + detail
        while line.last == " " { line.removeLast() }
        text += (isLineOpen ? "\n" : "") + line + "\n"
        isLineOpen = false
    }

    private static func head(_ event: CallEvent, _ label: String) -> String {
        let time = fixed(event.time.seconds, decimals: 1)
        let head = String(repeating: " ", count: max(0, 6 - time.count)) + time + "  " + label
        return head + String(repeating: " ", count: max(2, margin - head.count))
    }
}
