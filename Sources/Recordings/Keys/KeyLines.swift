internal import AtomicFiles
package import Codecs
package import DTMF
internal import TextFormats

/// How keys are told.
package enum KeyFormat: String, CaseIterable, Sendable {
    /// For people and shells.
    case text
    /// For programs: one JSON object a line.
    case ndjson
    /// For spreadsheets (RFC 4180), with a line of names first.
    case csv
    /// A label track of Audacity: start, end and label, with tabs between them.
    case labels

    /// What stands before the keys of all files.
    package var heading: String {
        guard self == .csv else { return "" }
        return CSV.row(
            "file,channel,digit,start,end,low_hz,high_hz,level_dbm0,high_minus_low_db,snr_db".split(separator: ",")
                .map(String.init))
    }
}

/// The keys of one recording or stream as text, NDJSON, CSV or labels.
package struct KeyLines {
    /// What is told of every file alike.
    package struct Style: Sendable {
        package var format = KeyFormat.text
        /// In text: a line a key, with its times.
        package var hasTimes = false
        /// In NDJSON: a line as soon as a key is down.
        package var hasEvents = false
        /// Whether a line of text begins with the file's name.
        package var namesFile = false
        /// The only channel that is told; every one where it is `nil`.
        package var channel: Int?

        package init(
            format: KeyFormat = .text, hasTimes: Bool = false, hasEvents: Bool = false, namesFile: Bool = false,
            channel: Int? = nil
        ) {
            (self.format, self.hasTimes, self.hasEvents) = (format, hasTimes, hasEvents)
            (self.namesFile, self.channel) = (namesFile, channel)
        }
    }

    /// Seconds without a key from which on text shows a space.
    package static let pause = 2.0

    private let style: Style
    private let file: String
    private let rate: Double
    private let channels: Int
    /// Whether each key is told as it comes, rather than a channel's keys together.
    private let isFollowed: Bool
    /// Text of each channel that waits for the file's end.
    private var lines: [String]
    /// Where the last key of each channel ended.
    private var ends: [Int?]
    /// The channel whose line is being written.
    private var open: Int?

    /// - Parameters:
    ///   - format: That of the audio in `file`.
    ///   - isFollowed: Whether keys are told as they come: of a stream.
    package init(_ style: Style, file: String, _ format: AudioFormat, isFollowed: Bool) {
        (self.style, self.file, self.isFollowed) = (style, file, isFollowed)
        (rate, channels) = (Double(format.sampleRate), format.channels)
        lines = Array(repeating: "", count: channels)
        ends = Array(repeating: nil, count: channels)
    }

    /// What is to be written of these events, which come in the order of time.
    package mutating func text(_ events: [ChannelEvent]) -> String {
        events.map { heard in
            switch heard.event {
            case .decided(let key, let onset): decided(key, from: onset, heard.channel)
            case .ended(let press): ended(press, heard.channel)
            }
        }.joined()
    }

    /// What is to be written at the end of a file's keys.
    package func end() -> String {
        guard style.format == .text, !style.hasTimes else { return "" }
        if isFollowed { return open == nil && style.namesFile ? "\(file.quoted):\n" : "\n" }
        return (style.channel.map { [$0] } ?? Array(0..<channels)).map { channel in
            let (mark, keys) = (mark(channel), lines[channel])
            return mark + (mark.isEmpty || keys.isEmpty ? "" : " ") + keys + "\n"
        }.joined()
    }

    /// What a line of text begins with: the file's name and the channel, as far as they are not plain.
    private func mark(_ channel: Int) -> String {
        let number = channels > 1 && style.channel == nil ? "\(channel):" : ""
        if !style.namesFile { return number }
        return number.isEmpty ? "\(file.quoted):" : "\(file.quoted): \(number)"
    }

    /// ``mark(_:)`` with a space behind it where there is one.
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

    /// A key for its channel's line, or for the stream.
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

    /// What is told of a key as soon as it is down; its digit comes with its end.
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
