import ProcessIO
import ALSAMedia
import ArgumentParser
import Failures

struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "List the sound devices.",
        discussion: """
            The devices that ALSA knows, as arecord -L and aplay -L have them, and those of your own configuration (~/.asoundrc, \
            /etc/asound.conf, ALSA_CONFIG_PATH) that these leave out, with the reason. Devices that open come first, with the rates \
            and channels of each direction. A name from here is what tonewall live takes.

            As ndjson, each device is one object: name, description, usable, unlisted (why ALSA leaves it out), and capture and \
            playback with min_rate, max_rate, min_channels, max_channels where the device opens in that direction, else with error.

            EXAMPLES
              tonewall devices
              tonewall devices --format ndjson
            """)

    @Option(help: "How devices are told.") var format = OutputFormat.text

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
