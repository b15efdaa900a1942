import ProcessIO
import ALSAMedia
import ArgumentParser
import Failures

struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "List the sound devices.",
        discussion: """
            Lists the devices that ALSA knows, as arecord -L and aplay -L do. Devices of your own configuration \
            (~/.asoundrc, /etc/asound.conf, ALSA_CONFIG_PATH) that these omit are listed with the reason. Devices that \
            can be opened come first, with the rates and channels of each direction. tonewall live takes these names.

            As ndjson, each device is one object: name, description, usable, unlisted (why ALSA omits it), capture and \
            playback. A direction that can be opened has min_rate, max_rate, min_channels and max_channels; any other \
            has error.

            EXAMPLES
              tonewall devices
              tonewall devices --format ndjson
            """)

    @Option(help: "Output format.") var format = OutputFormat.text

    func run() throws {
        var output = StandardOutput()
        for entry in SoundDeviceList.all() { output.append(format == .text ? entry.text : entry.ndjson) }
        output.flush()
        let faults = SoundDeviceList.faults()
        for fault in faults {
            Report.print(
                Failure(
                    .dataError, code: "device.configuration", file: fault.path, "ALSA cannot read it: \(fault.reason)",
                    advice: "no device in it can be used; look for a brace or a quote that does not end"))
        }
        if !faults.isEmpty { throw ExitCode(Failure.Status.dataError.rawValue) }
    }
}
