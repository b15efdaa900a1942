import ArgumentParser
import CallControl
import PaymentSession

/// What the agent did during a recorded call.
struct AgentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("What the agent did, and when: SECONDS:COMMAND; may be given again.", valueName: "step"),
        transform: AgentOptions.step)
    var at: [AgentScript.Step] = []

    @Option(help: ArgumentHelp("Seconds of the call from a submission to the gateway's answer.", valueName: "s"))
    var answerAfter = 1.0

    var script: AgentScript { AgentScript(at) }

    mutating func validate() throws {
        guard (0...600).contains(answerAfter) else { throw ValidationError("an answer comes after 0 to 600 s") }
    }

    private static func step(_ text: String) throws -> AgentScript.Step {
        guard let step = AgentScript.Step(text) else {
            throw ValidationError("a step is written SECONDS:COMMAND, as 31.5:recollect-security-code")
        }
        return step
    }
}
