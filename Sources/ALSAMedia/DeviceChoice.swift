package import Codecs
internal import Failures
package import MediaCore
package import Suppression

/// The user's choice of sound devices for a live call, and their settings. They have not been checked.
package struct DeviceChoice: Sendable, Hashable {
    /// Sample rates of a live call, in Hz.
    package static let sampleRates = 8_000...48_000

    /// The capture device for the caller's audio, by its ALSA name.
    package var callerIn: String
    /// The playback device for the agent.
    package var agentOut: String
    /// The capture device for the agent's audio; `nil` for none.
    package var agentIn: String?
    /// The playback device for the caller; `nil` for none.
    package var callerOut: String?
    /// Frames a second.
    package var sampleRate = 8000
    /// Milliseconds transferred at a time.
    package var period = 5.0
    /// Number of periods in a device's buffer.
    package var periods = 4
    /// 16-bit integers or floats.
    package var encoding = SampleEncoding.Kind.signed

    package init(callerIn: String, agentOut: String, agentIn: String? = nil, callerOut: String? = nil) {
        (self.callerIn, self.agentOut, self.agentIn, self.callerOut) = (callerIn, agentOut, agentIn, callerOut)
    }

    /// The device of each leg.
    package var names: [(CallLeg, String)] {
        let all: [(CallLeg, String?)] = [
            (.callerIn, callerIn), (.agentOut, agentOut), (.agentIn, agentIn), (.callerOut, callerOut),
        ]
        return all.compactMap { leg, name in name.map { (leg, $0) } }
    }

    /// The sample encoding of the devices.
    package var sampleEncoding: SampleEncoding { encoding == .float ? .float32 : .signed16 }

    /// The call's media on these devices, before they are opened.
    ///
    /// - Parameter source: The port for a device name.
    /// - Throws: ``Failure`` if the settings are invalid.
    package func media(
        _ suppression: Suppressor.Configuration, from source: (String) -> any PortSource
    ) throws -> LiveSettings {
        let rates = Self.sampleRates
        guard rates.contains(sampleRate) else {
            throw Failure.usage(
                "a live call runs at \(rates.lowerBound) to \(rates.upperBound) Hz", advice: "as -r 8000")
        }
        guard (1...100).contains(period), (2...64).contains(periods) else {
            throw Failure.usage("a period is 1 to 100 ms, a buffer 2 to 64 of them", advice: "leave them at 5 and 4")
        }
        guard encoding == .signed || encoding == .float else {
            throw Failure.usage("devices take 16-bit integers or floats", advice: "-e signed or -e float")
        }
        return LiveSettings(
            callerIn: source(callerIn), agentOut: source(agentOut), agentIn: agentIn.map(source),
            callerOut: callerOut.map(source),
            format: PortFormat(
                sampleRate: sampleRate, periodFrames: Int((Double(sampleRate) * period / 1000).rounded()),
                periods: periods), suppression: suppression)
    }
}
