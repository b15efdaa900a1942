import Codecs
import Failures
import StreamSuppression
import ArgumentParser
import ALSAMedia
import AudioIO
import CallControl
import MediaCore

/// The devices of a live call and how they run.
struct LiveDeviceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What the caller says: an ALSA capture device.", valueName: "dev"))
    var callerIn: String

    @Option(help: ArgumentHelp("What the agent hears: an ALSA playback device.", valueName: "dev"))
    var agentOut: String

    @Option(help: ArgumentHelp("What the agent says.", valueName: "dev"))
    var agentIn: String?

    @Option(help: ArgumentHelp("What the caller hears.", valueName: "dev"))
    var callerOut: String?

    @Option(
        name: [.customShort("r"), .customLong("rate")], help: "Frames a second: 8000, 16000, 44100 or 48000.",
        transform: RawLayout.rate)
    var rate = 8000

    @Option(
        name: [.customShort("e"), .customLong("encoding")],
        help: "Samples on the devices: 'signed' (16 bits) or 'float'.")
    var encoding = EncodingName.signed

    @Option(help: ArgumentHelp("Milliseconds that are moved at a time.", valueName: "ms"))
    var period = 5.0

    @Option(help: "Periods of a device's buffer; fewer than 3 run empty.")
    var periods = 4

    /// The devices by their places in the call.
    var names: [(CallLeg, String)] {
        let all: [(CallLeg, String?)] = [
            (.callerIn, callerIn), (.agentOut, agentOut), (.agentIn, agentIn), (.callerOut, callerOut),
        ]
        return all.compactMap { leg, name in name.map { (leg, $0) } }
    }

    /// How the devices run.
    func portFormat() throws -> PortFormat {
        guard SuppressedStream.sampleRates.contains(rate) else {
            throw Failure(.usage, "a live call runs at 8000 to 48000 Hz", advice: "as -r 8000")
        }
        guard (1...100).contains(period), (2...64).contains(periods) else {
            throw Failure(.usage, "a period is 1 to 100 ms, a buffer 2 to 64 of them", advice: "leave them at 5 and 4")
        }
        guard encoding.kind == .signed || encoding.kind == .float else {
            throw Failure(.usage, "devices take 16-bit integers or floats", advice: "-e signed or -e float")
        }
        return PortFormat(
            sampleRate: rate, periodFrames: Int((Double(rate) * period / 1000).rounded()), periods: periods)
    }

    /// What the devices' samples are stored as, and the recording's.
    var sampleEncoding: SampleEncoding { encoding.kind == .float ? .float32 : .signed16 }

    /// The device of a name.
    func source(_ name: String) -> ALSASource { ALSASource(name, encoding: sampleEncoding) }
}
