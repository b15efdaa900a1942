package import PaymentSession

/// The agent's actions during a recorded call, by call time.
package struct AgentScript: Sendable, Hashable {
    /// One action of the agent.
    package struct Step: Sendable, Hashable {
        /// Time since the call began.
        package var time: Duration
        /// The action.
        package var command: AgentCommand

        package init(time: Duration, command: AgentCommand) {
            self.time = time
            self.command = command
        }
    }

    /// The steps, in order of time.
    package private(set) var steps: [Step]

    /// The steps in order of time.
    ///
    /// One step is enough. Without a `collect`, the capture begins when the line is secured. Without a `secure` as
    /// well, it begins with the call.
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

    /// Who submits the payment: the agent, if the script has a submit step.
    package var submission: SessionSettings.Submission {
        steps.contains { $0.command == .submit } ? .byAgent : .automatic
    }
}

extension AgentScript.Step {
    /// A step in the form `SECONDS:COMMAND`, such as `31.5:recollect-security-code`; `nil` for other text.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let seconds = Double(parts[0]), (0...1e6).contains(seconds),
            let command = AgentCommand(String(parts[1]))
        else { return nil }
        self.init(time: .seconds(seconds), command: command)
    }
}

extension AgentCommand {
    /// The command `secure`, `collect`, `recollect-FIELD`, `submit`, `another-card` or `cancel`; `nil` for other text.
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
