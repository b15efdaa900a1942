internal import AtomicFiles
package import Codecs
package import DTMF
internal import TextFormats

/// The output format of keys.
package enum KeyFormat: String, CaseIterable, Sendable {
    /// For people and shells.
    case text
    /// For programs: one JSON object a line.
    case ndjson
    /// For spreadsheets (RFC 4180), with a line of names first.
    case csv
    /// A label track of Audacity: start, end and label, with tabs between them.
    case labels

    /// The text before the keys of all files.
    package var heading: String {
        guard self == .csv else { return "" }
        return CSV.row(
            "file,channel,digit,start,end,low_hz,high_hz,level_dbm0,high_minus_low_db,snr_db".split(separator: ",")
                .map(String.init))
    }
}

/// The keys of one recording or stream as text, NDJSON, CSV or labels.
package struct KeyLines {
    /// The options that are the same for every file.
    package struct Style: Sendable {
        package var format = KeyFormat.text
        /// In text: one line for each key, with its times.
        package var hasTimes = false
        /// In NDJSON: a line as soon as a key is pressed.
        package var hasEvents = false
        /// Whether a line of text begins with the file's name.
        package var namesFile = false
        /// The only channel of the output; `nil` for all channels.
        package var channel: Int?

        package init(
            format: KeyFormat = .text, hasTimes: Bool = false, hasEvents: Bool = false, namesFile: Bool = false,
            channel: Int? = nil
        ) {
            (self.format, self.hasTimes, self.hasEvents) = (format, hasTimes, hasEvents)
            (self.namesFile, self.channel) = (namesFile, channel)
        }
    }

    /// Least pause in seconds that text shows as a space.
    package static let pause = 2.0

    private let style: Style
    private let file: String
    private let rate: Double
    private let channels: Int
    /// Whether each key is output at once, rather than a channel's keys together.
    private let isFollowed: Bool
    /// Text of each channel until the end of the file.
    private var lines: [String]
    /// The sample at which the last key of each channel ended.
    private var ends: [Int?]
    /// The channel whose line is being written.
    private var open: Int?

    /// - Parameters:
    ///   - format: The format of the audio in `file`.
    ///   - isFollowed: Whether keys are output at once, as for a stream.
    package init(_ style: Style, file: String, _ format: AudioFormat, isFollowed: Bool) {
        (self.style, self.file, self.isFollowed) = (style, file, isFollowed)
        (rate, channels) = (Double(format.sampleRate), format.channels)
        lines = Array(repeating: "", count: channels)
        ends = Array(repeating: nil, count: channels)
    }

    /// The output for these events, which are in order of time.
    package mutating func text(_ events: [ChannelEvent]) -> String {
        events.map { heard in
            switch heard.event {
            case .decided(let key, let onset): decided(key, from: onset, heard.channel)
            case .ended(let press): ended(press, heard.channel)
            }
        }.joined()
    }

    /// The output at the end of a file's keys.
    package func end() -> String {
        guard style.format == .text, !style.hasTimes else { return "" }
        if isFollowed { return open == nil && style.namesFile ? "\(file.quoted):\n" : "\n" }
        return (style.channel.map { [$0] } ?? Array(0..<channels)).map { channel in
            let (mark, keys) = (mark(channel), lines[channel])
            return mark + (mark.isEmpty || keys.isEmpty ? "" : " ") + keys + "\n"
        }.joined()
    }

    /// The beginning of a line of text: the file's name and the channel, unless they are evident.
    private func mark(_ channel: Int) -> String {
        let number = channels > 1 && style.channel == nil ? "\(channel):" : ""
        if !style.namesFile { return number }
        return number.isEmpty ? "\(file.quoted):" : "\(file.quoted): \(number)"
    }

    /// ``mark(_:)``, followed by a space if it is not empty.
    private func beginning(_ channel: Int) -> String {
        let mark = mark(channel)
        return mark.isEmpty ? "" : mark + " "
    }

    private mutating func decided(_ key: Key, from onset: Int, _ channel: Int) -> String {
        switch style.format {
        case .text where !style.hasTimes: next(key, from: onset, channel)
        case .ndjson where style.hasEvents: keyDown(at: onset, channel)
        default: ""
        }
    }

    private mutating func ended(_ press: KeyPress, _ channel: Int) -> String {
        ends[channel] = press.end
        switch style.format {
        case .text:
            guard style.hasTimes else { return "" }
            return beginning(channel) + times(press, decimals: 3).joined(separator: " ") + " \(press.key.character)\n"
        case .labels:
            let label = beginning(channel) + String(press.key.character)
            return (times(press, decimals: 6) + [label]).joined(separator: "\t") + "\n"
        case .ndjson: return object(press, channel)
        case .csv: return row(press, channel)
        }
    }

    /// The text of a key in its channel's line or in the stream.
    private mutating func next(_ key: Key, from onset: Int, _ channel: Int) -> String {
        let isLate = ends[channel].map { Double(onset - $0) >= Self.pause * rate } ?? false
        let text = (isLate ? " " : "") + String(key.character)
        guard isFollowed else {
            lines[channel] += text
            return ""
        }
        if open == channel { return text }
        defer { open = channel }
        return (open == nil ? "" : "\n") + beginning(channel) + String(key.character)
    }

    private func times(_ press: KeyPress, decimals: Int) -> [String] {
        [press.start, press.end].map { fixed(Double($0) / rate, decimals: decimals) }
    }

    /// The line for a key that has just been pressed. Its digit follows at its end.
    private func keyDown(at onset: Int, _ channel: Int) -> String {
        var line = JSONLine()
        line.add("event", "key-down")
        line.add(file: file)
        line.add("channel", channel)
        line.add("start", Double(onset) / rate, decimals: 5)
        return line.line
    }

    private func object(_ press: KeyPress, _ channel: Int) -> String {
        var line = JSONLine()
        line.add(file: file)
        line.add("channel", channel)
        line.add("digit", String(press.key.character))
        line.add("start", Double(press.start) / rate, decimals: 5)
        line.add("end", Double(press.end) / rate, decimals: 5)
        line.add("low_hz", press.lowHz, decimals: 2)
        line.add("high_hz", press.highHz, decimals: 2)
        line.add("level_dbm0", press.levelDBm0, decimals: 2)
        line.add("twist_db", press.twist, decimals: 2)
        line.add("high_minus_low_db", press.twist, decimals: 2)
        line.add("snr_db", press.signalToNoise, decimals: 1)
        return line.line
    }

    private func row(_ press: KeyPress, _ channel: Int) -> String {
        let measured = [press.lowHz, press.highHz, press.levelDBm0, press.twist].map { fixed($0, decimals: 2) }
        return CSV.row(
            [PathBytes.shown(file), "\(channel)", "\(press.key.character)"] + times(press, decimals: 5) + measured
                + [fixed(press.signalToNoise, decimals: 1)])
    }
}
