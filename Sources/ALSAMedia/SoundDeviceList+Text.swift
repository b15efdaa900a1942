internal import AtomicFiles
internal import TextFormats

extension SoundDeviceList.Entry {
    private var directions: [(name: String, way: SoundDeviceList.Way)] {
        [("capture", capture), ("playback", playback)].compactMap { name, way in way.map { (name, $0) } }
    }

    /// The device for a reader: its name, and one line each for its description and abilities.
    package var text: String {
        var lines = [name.quoted]
        if !description.isEmpty { lines.append("    " + description) }
        if let unlisted { lines.append("    not in ALSA's own list: \(unlisted)") }
        for (direction, way) in directions {
            switch way {
            case .fails(let reason): lines.append("    \(direction): cannot be opened: \(reason)")
            case .opens(let abilities):
                let channels =
                    Self.range(abilities.channels) + (abilities.channels == 1...1 ? " channel" : " channels")
                lines.append("    \(direction): \(Self.range(abilities.rates)) Hz, \(channels)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The device as one JSON object with a line feed.
    package var ndjson: String {
        var line = JSONLine()
        line.add("name", name)
        line.add("description", description)
        line.add("usable", isUsable)
        if let unlisted { line.add("unlisted", unlisted) }
        for (direction, way) in directions {
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

    /// A range of rates or channels. Plug devices accept nearly any.
    private static func range(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == range.upperBound { return String(range.lowerBound) }
        let isOpen = range.upperBound >= 10_000_000 || range.upperBound == Int(Int32.max)
        return isOpen ? "any from \(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
    }
}
