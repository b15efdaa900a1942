/// One leg of a call: what one party says or hears.
package enum CallLeg: UInt8, Sendable, Hashable, CaseIterable {
    /// What the caller says.
    case callerIn
    /// What the agent hears.
    case agentOut
    /// What the agent says.
    case agentIn
    /// What the caller hears.
    case callerOut

    /// The leg's name in command-line options.
    package var name: String {
        switch self {
        case .callerIn: "caller-in"
        case .agentOut: "agent-out"
        case .agentIn: "agent-in"
        case .callerOut: "caller-out"
        }
    }

    /// Whether the leg is captured from its party.
    package var isCaptured: Bool { self == .callerIn || self == .agentIn }
}
