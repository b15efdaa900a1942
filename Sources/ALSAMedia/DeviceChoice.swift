package import Codecs
internal import Failures
package import MediaCore
package import Suppression

/// The sound devices of a live call and how they run, as people write it. Nothing of it has been checked.
package struct DeviceChoice: Sendable, Hashable {
    /// Sampling rates of a live call, in Hz: telephony's and sound devices'.
    package static let sampleRates = 8_000...48_000

    /// The device that hears the caller, by its ALSA name.
    package var callerIn: String
    /// The device on which the agent hears the caller.
    package var agentOut: String
    /// The device that hears the agent; `nil` for none.
    package var agentIn: String?
    /// The device on which the caller hears the agent; `nil` for none.
    package var callerOut: String?
    /// Frames a second.
    package var sampleRate = 8000
    /// Milliseconds that are moved at a time.
    package var period = 5.0
    /// Periods of a device's buffer.
    package var periods = 4
    /// Whole numbers of 16 bits, or floats.
    package var encoding = SampleEncoding.Kind.signed

    package init(callerIn: String, agentOut: String, agentIn: String? = nil, callerOut: String? = nil) {
        (self.callerIn, self.agentOut, self.agentIn, self.callerOut) = (callerIn, agentOut, agentIn, callerOut)
    }

    /// The devices by their places in the call.
    package var names: [(CallLeg, String)] {
        let all: [(CallLeg, String?)] = [
            (.callerIn, callerIn), (.agentOut, agentOut), (.agentIn, agentIn), (.callerOut, callerOut),
        ]
        return all.compactMap { leg, name in name.map { (leg, $0) } }
    }

    /// How the devices' samples are stored.
    package var sampleEncoding: SampleEncoding { encoding == .float ? .float32 : .signed16 }

    /// The call's media on these devices; none is opened yet.
    ///
    /// - Parameter source: What a name stands for.
    /// - Throws: ``Failure`` where devices do not run like this.
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
