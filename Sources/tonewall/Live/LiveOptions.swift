import ALSAMedia
import ArgumentParser
import AudioIO
import CallControl
import Codecs

/// The devices of a live call and their settings.
struct LiveDeviceOptions: ParsableArguments {
    @Option(help: .init("Caller's audio: an ALSA capture device.", valueName: "dev")) var callerIn: String
    @Option(help: .init("Output to the agent: an ALSA playback device.", valueName: "dev")) var agentOut: String
    @Option(help: .init("Agent's audio: a capture device.", valueName: "dev")) var agentIn: String?
    @Option(help: .init("Output to the caller: a playback device.", valueName: "dev")) var callerOut: String?
    @Option(
        name: [.customShort("r"), .customLong("rate")], help: "Frames a second: 8000, 16000, 44100 or 48000.",
        transform: RawLayout.rate)
    var rate = 8000
    @Option(
        name: [.customShort("e"), .customLong("encoding")],
        help: "Sample encoding of the devices: 'signed' (16 bits) or 'float'.")
    var encoding = EncodingName.signed
    @Option(help: .init("Milliseconds transferred at a time.", valueName: "ms")) var period = 5.0
    @Option(help: "Periods in a device's buffer; with fewer than 3 it runs empty.") var periods = 4

    var choice: DeviceChoice {
        var choice = DeviceChoice(callerIn: callerIn, agentOut: agentOut, agentIn: agentIn, callerOut: callerOut)
        (choice.sampleRate, choice.period) = (rate, period)
        (choice.periods, choice.encoding) = (periods, encoding.kind)
        return choice
    }

    /// The port with this name. This is the one place that chooses the kind of port.
    func port(_ name: String) -> ALSASource { ALSASource(name, encoding: choice.sampleEncoding) }
}

/// Where a live call is recorded.
struct RecordingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Record the call without tones in this new WAVE file. An existing file is never overwritten.",
            valueName: "file"), completion: .file())
    var record: String?
    @Option(
        help: ArgumentHelp(
            "Record the call in this folder, under the name from --record-name.", valueName: "dir"),
        completion: .directory)
    var recordDir: String?
    @Option(
        help: ArgumentHelp(
            "Name in --record-dir; {date}, {time} (UTC), {call}, {session} and {reference} are replaced.",
            valueName: "pattern"))
    var recordName = "{date}T{time}Z-{call}.wav"

    @Flag(help: "Allow a pipe or a device for --record. The recording ends if it blocks for ten seconds.")
    var recordSpecial = false

    var place: RecordingPlace {
        RecordingPlace(file: record, folder: recordDir, name: RecordingName(recordName), allowsSpecial: recordSpecial)
    }
}
