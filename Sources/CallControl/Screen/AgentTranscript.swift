internal import LineControl
internal import PaymentSession
internal import TextFormats

/// A session for an agent's screen that only grows: one line for each field, one bullet for each digit.
package struct AgentTranscript: Sendable {
    private let prompts: PromptStyle?
    private var isLineOpen = false
    private var saysTest = true
    /// The text of the present event.
    private var text = ""
    /// Column of the first bullet.
    private static let margin = 24

    /// - Parameter prompts: Who speaks the prompts to the caller; `nil` omits prompts.
    package init(prompts: PromptStyle?) { self.prompts = prompts }

    /// The text that `event` adds to the screen. Lines end with a line feed. The line of a field ends when the field
    /// does.
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
        // The prompt comes first. The field's line comes with its first digit.
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
