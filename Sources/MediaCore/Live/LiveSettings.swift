package import Suppression

/// The settings of a live call.
package struct LiveSettings: Sendable {
    /// What each leg's port is opened from. The agent's input and the caller's output may be absent.
    package var callerIn: any PortSource
    package var agentOut: any PortSource
    package var agentIn: (any PortSource)?
    package var callerOut: (any PortSource)?
    /// The format in which every port runs.
    package var format: PortFormat
    /// How tones are removed, and the thresholds of the caller's keys.
    package var suppression: Suppressor.Configuration
    /// The same key again within this time of its release is a bounce of one press.
    package var bounceGap: Duration
    /// Whether the call is recorded. The owner then takes the frames with ``LiveCall/takeRecording(_:)``.
    package var isRecorded: Bool

    package init(
        callerIn: any PortSource, agentOut: any PortSource, agentIn: (any PortSource)? = nil,
        callerOut: (any PortSource)? = nil, format: PortFormat, suppression: Suppressor.Configuration = .init(),
        bounceGap: Duration = .zero, isRecorded: Bool = false
    ) {
        self.callerIn = callerIn
        self.agentOut = agentOut
        self.agentIn = agentIn
        self.callerOut = callerOut
        self.format = format
        self.suppression = suppression
        self.bounceGap = bounceGap
        self.isRecorded = isRecorded
    }
}
