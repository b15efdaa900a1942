import ALSAMedia
import ArgumentParser
import AudioIO
import CallControl
import Codecs

/// The devices of a live call and how they run.
struct LiveDeviceOptions: ParsableArguments {
    @Option(help: .init("What the caller says: an ALSA capture device.", valueName: "dev")) var callerIn: String
    @Option(help: .init("What the agent hears: an ALSA playback device.", valueName: "dev")) var agentOut: String
    @Option(help: .init("What the agent says.", valueName: "dev")) var agentIn: String?
    @Option(help: .init("What the caller hears.", valueName: "dev")) var callerOut: String?
    @Option(
        name: [.customShort("r"), .customLong("rate")], help: "Frames a second: 8000, 16000, 44100 or 48000.",
        transform: RawLayout.rate)
    var rate = 8000
    @Option(
        name: [.customShort("e"), .customLong("encoding")],
        help: "Samples on the devices: 'signed' (16 bits) or 'float'.")
    var encoding = EncodingName.signed
    @Option(help: .init("Milliseconds that are moved at a time.", valueName: "ms")) var period = 5.0
    @Option(help: "Periods of a device's buffer; fewer than 3 run empty.") var periods = 4

    var choice: DeviceChoice {
        var choice = DeviceChoice(callerIn: callerIn, agentOut: agentOut, agentIn: agentIn, callerOut: callerOut)
        (choice.sampleRate, choice.period) = (rate, period)
        (choice.periods, choice.encoding) = (periods, encoding.kind)
        return choice
    }

    /// What the name of a port stands for: the one place where a kind of port is chosen.
    func port(_ name: String) -> ALSASource { ALSASource(name, encoding: choice.sampleEncoding) }
}

/// Where a live call is recorded.
struct RecordingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Record the call in this new WAVE file, tones gone; a file that is there is never written over.",
            valueName: "file"), completion: .file())
    var record: String?
    @Option(
        help: ArgumentHelp(
            "Record the call in this folder, under the name that --record-name gives.", valueName: "dir"),
        completion: .directory)
    var recordDir: String?
    @Option(
        help: ArgumentHelp(
            "Name in --record-dir: {date}, {time} (UTC), {call}, {session} and {reference} stand for the call's own.",
            valueName: "pattern"))
    var recordName = "{date}T{time}Z-{call}.wav"

    @Flag(help: "Let --record name a pipe or a device; what it cannot take in ten seconds ends the recording.")
    var recordSpecial = false

    var place: RecordingPlace {
        RecordingPlace(file: record, folder: recordDir, name: RecordingName(recordName), allowsSpecial: recordSpecial)
    }
}
