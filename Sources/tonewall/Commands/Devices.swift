import ArgumentParser
import AudioIO
import CallControl

struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "List the sound devices.",
        discussion: """
            The devices that ALSA knows, as arecord -L and aplay -L have them, with the rates and channels of each direction. A name \
            from here is what tonewall live takes; so is any other ALSA name, such as one from ~/.asoundrc.

            As ndjson, each device is one object: name, description, and capture and playback with min_rate, max_rate, \
            min_channels, max_channels where the device opens in that direction.

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
    }

    private func text(_ entry: SoundDeviceList.Entry) -> String {
        var lines = [entry.name]
        if !entry.description.isEmpty { lines.append("    " + entry.description) }
        for (direction, abilities) in [("capture", entry.capture), ("playback", entry.playback)] {
            guard let abilities else { continue }
            let channels = range(abilities.channels) + (abilities.channels == 1...1 ? " channel" : " channels")
            lines.append("    \(direction): \(range(abilities.rates)) Hz, \(channels)")
        }
        return lines.joined(separator: "\n") + "\n"
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
        for (direction, abilities) in [("capture", entry.capture), ("playback", entry.playback)] {
            guard let abilities else { continue }
            var object = JSONLine()
            object.add("min_rate", abilities.rates.lowerBound)
            object.add("max_rate", abilities.rates.upperBound)
            object.add("min_channels", abilities.channels.lowerBound)
            object.add("max_channels", abilities.channels.upperBound)
            line.add(direction, object)
        }
        return line.line
    }
}
