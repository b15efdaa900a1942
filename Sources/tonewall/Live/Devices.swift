import ALSAMedia
import ArgumentParser
import AtomicFiles
import Failures
import ProcessIO
import TextFormats

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

    @Option(help: "'text' or 'ndjson'.")
    var format = OutputFormat.text

    func run() throws {
        var output = StandardOutput()
        for entry in SoundDeviceList.all() {
            output.append(format == .text ? text(entry) : object(entry))
        }
        output.flush()
        let faults = SoundDeviceList.faults()
        for fault in faults {
            Report.print(
                Failure(
                    .dataError, file: fault.path, "ALSA cannot read it: \(fault.reason)",
                    advice: "no device in it can be used; look for a brace or a quote that does not end"))
        }
        if !faults.isEmpty { throw ExitCode(Failure.Status.dataError.rawValue) }
    }

    private func text(_ entry: SoundDeviceList.Entry) -> String {
        var lines = [entry.name.quoted]
        if !entry.description.isEmpty { lines.append("    " + entry.description) }
        if let reason = entry.unlisted { lines.append("    not in ALSA's own list: \(reason)") }
        for (direction, way) in ways(entry) {
            switch way {
            case .fails(let reason): lines.append("    \(direction): cannot be opened: \(reason)")
            case .opens(let abilities):
                let channels = range(abilities.channels) + (abilities.channels == 1...1 ? " channel" : " channels")
                lines.append("    \(direction): \(range(abilities.rates)) Hz, \(channels)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func ways(_ entry: SoundDeviceList.Entry) -> [(String, SoundDeviceList.Way)] {
        [("capture", entry.capture), ("playback", entry.playback)].compactMap { name, way in way.map { (name, $0) } }
    }

    private func range(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound
            ? String(range.lowerBound)
            : range.upperBound >= 10_000_000 || range.upperBound == Int(Int32.max)
                ? "any from \(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
    }

    private func object(_ entry: SoundDeviceList.Entry) -> String {
        var line = JSONLine()
        line.add("name", entry.name)
        line.add("description", entry.description)
        line.add("usable", entry.isUsable)
        if let reason = entry.unlisted { line.add("unlisted", reason) }
        for (direction, way) in ways(entry) {
            var object = JSONLine()
            switch way {
            case .fails(let reason): object.add("error", reason)
            case .opens(let abilities):
                object.add("min_rate", abilities.rates.lowerBound)
                object.add("max_rate", abilities.rates.upperBound)
                object.add("min_channels", abilities.channels.lowerBound)
                object.add("max_channels", abilities.channels.upperBound)
            }
            line.add(direction, object)
        }
        return line.line
    }
}
