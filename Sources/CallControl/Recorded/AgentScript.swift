package import PaymentSession

/// What an agent did during a recorded call, by call time.
package struct AgentScript: Sendable, Hashable {
    /// One thing that the agent did.
    package struct Step: Sendable, Hashable {
        /// Time since the call began.
        package var time: Duration
        /// What.
        package var command: AgentCommand

        package init(time: Duration, command: AgentCommand) {
            self.time = time
            self.command = command
        }
    }

    /// The steps, in order of time.
    package private(set) var steps: [Step]

    /// `steps` in order of time.
    ///
    /// One button is enough: without a `collect` among the steps the capture begins as the line is secured, and without
    /// a `secure` either as the call begins.
    package init(_ steps: [Step] = []) {
        var inOrder = steps.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
        if !inOrder.contains(where: { $0.command == .collect }) {
            if let button = inOrder.firstIndex(where: { $0.command == .secure }) {
                inOrder[button].command = .collect
            } else {
                inOrder.insert(Step(time: .zero, command: .collect), at: 0)
            }
        }
        self.steps = inOrder
    }

    /// Who sends the payment: the agent where the script has a submit in it.
    package var submission: SessionSettings.Submission {
        steps.contains { $0.command == .submit } ? .byAgent : .automatic
    }
}

extension AgentScript.Step {
    /// A step written `SECONDS:COMMAND`, such as `31.5:recollect-security-code`; `nil` where it is not one.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let seconds = Double(parts[0]), (0...1e6).contains(seconds),
            let command = AgentCommand(String(parts[1]))
        else { return nil }
        self.init(time: .seconds(seconds), command: command)
    }
}

extension AgentCommand {
    /// The command written `secure`, `collect`, `recollect-FIELD`, `submit`, `another-card` or `cancel`.
    package init?(_ text: String) {
        switch text {
        case "secure": self = .secure
        case "collect": self = .collect
        case "submit": self = .submit
        case "another-card": self = .anotherCard
        case "cancel": self = .cancel
        default:
            guard text.hasPrefix("recollect-"), let field = CaptureField(rawValue: String(text.dropFirst(10))) else {
                return nil
            }
            self = .recollect(field)
        }
    }
}
