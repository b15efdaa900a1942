import AtomicFiles
import AudioIO
import DTMF
import ProcessIO
import TextFormats

/// Keys as `decode` prints them.
struct KeyPrinter {
    /// What was heard, and in which channel.
    typealias Heard = (channel: Int, event: DetectorEvent)

    /// What is printed of every file alike.
    struct Style {
        var format = KeyFormat.text
        /// In text: a line a key, with its times.
        var hasTimes = false
        /// In NDJSON: a line as soon as a key is down.
        var hasEvents = false
        /// Whether a line of text begins with the file's name.
        var namesFile = false
        /// The only channel that is printed; every one where it is `nil`.
        var channel: Int?
    }

    /// Seconds without a key from which on text shows a space.
    static let pause = 2.0

    private let style: Style
    private let file: String
    private let rate: Double
    private let channels: Int
    /// Whether each key is printed as it comes, rather than a channel's keys together.
    private let isFollowed: Bool
    private var output = StandardOutput()
    /// Keys that were found.
    private(set) var count = 0
    /// Text of each channel that waits for the file's end.
    private var lines: [String]
    /// Where the last key of each channel ended.
    private var ends: [Int?]
    /// The channel whose line is being written.
    private var open: Int?

    init(_ style: Style, file: String, rate: Int, channels: Int, isFollowed: Bool) {
        self.style = style
        self.file = file
        self.rate = Double(rate)
        self.channels = channels
        self.isFollowed = isFollowed
        lines = Array(repeating: "", count: channels)
        ends = Array(repeating: nil, count: channels)
    }

    /// What stands before the keys of all files.
    static func heading(of format: KeyFormat) -> String {
        format == .csv
            ? "file,channel,digit,start,end,low_hz,high_hz,level_dbm0,high_minus_low_db,snr_db\r\n" : ""
    }

    /// Prints a block's keys in the order of time and empties `heard`.
    mutating func print(_ heard: inout [Heard]) {
        if heard.isEmpty { return }
        heard.sort { KeyPrinter.time($0.event) < KeyPrinter.time($1.event) }
        for (channel, event) in heard where style.channel ?? channel == channel {
            switch event {
            case .decided(let key, let onset): note(key, from: onset, channel)
            case .ended(let press): note(press, channel)
            }
        }
        heard.removeAll(keepingCapacity: true)
        if isFollowed { output.flush() }
    }

    /// The end of a file's keys.
    mutating func end() {
        if style.format == .text && !style.hasTimes {
            if !isFollowed {
                for channel in style.channel.map({ [$0] }) ?? Array(0..<channels) {
                    let (mark, keys) = (mark(channel), lines[channel])
                    output.append(keys.isEmpty ? mark : mark.isEmpty ? keys : "\(mark) \(keys)")
                    output.append("\n")
                }
            } else {
                output.append(open == nil && style.namesFile ? "\(file.quoted):\n" : "\n")
            }
        }
        output.flush()
    }

    /// The sample that an event is sorted by.
    static func time(_ event: DetectorEvent) -> Int {
        switch event {
        case .decided(_, let onset): onset
        case .ended(let press): press.end
        }
    }

    /// What a line of text begins with: the file's name and the channel, as far as they are not plain.
    private func mark(_ channel: Int) -> String {
        let number = channels > 1 && style.channel == nil ? "\(channel):" : ""
        if !style.namesFile { return number }
        return number.isEmpty ? "\(file.quoted):" : "\(file.quoted): \(number)"
    }

    private mutating func note(_ key: Key, from onset: Int, _ channel: Int) {
        count += 1
        switch style.format {
        case .text where !style.hasTimes: append(key, from: onset, channel)
        case .ndjson where style.hasEvents: output.append(keyDown(at: onset, channel).line)
        default: break
        }
    }

    private mutating func note(_ press: KeyPress, _ channel: Int) {
        ends[channel] = press.end
        switch style.format {
        case .text:
            guard style.hasTimes else { return }
            let mark = mark(channel)
            output.append("\(mark)\(mark.isEmpty ? "" : " ")\(times(press, " ", decimals: 3)) \(press.key.character)\n")
        case .labels:
            let mark = mark(channel)
            let label = "\(mark)\(mark.isEmpty ? "" : " ")\(press.key.character)"
            output.append("\(times(press, "\t", decimals: 6))\t\(label)\n")
        case .ndjson: output.append(object(press, channel).line)
        case .csv: output.append(row(press, channel))
        }
    }

    /// Adds a key to its channel's line, or to the stream.
    private mutating func append(_ key: Key, from onset: Int, _ channel: Int) {
        let isLate = ends[channel].map { Double(onset - $0) >= KeyPrinter.pause * rate } ?? false
        let text = (isLate ? " " : "") + String(key.character)
        guard isFollowed else {
            lines[channel] += text
            return
        }
        if open != channel {
            let mark = mark(channel)
            output.append((open == nil ? "" : "\n") + mark + (mark.isEmpty ? "" : " "))
            output.append(String(key.character))
            open = channel
        } else {
            output.append(text)
        }
    }

    private func times(_ press: KeyPress, _ separator: String, decimals: Int) -> String {
        fixed(Double(press.start) / rate, decimals: decimals) + separator
            + fixed(Double(press.end) / rate, decimals: decimals)
    }

    /// What is told of a key as soon as it is down; its digit comes with its end.
    private func keyDown(at onset: Int, _ channel: Int) -> JSONLine {
        var line = JSONLine()
        line.add("event", "key-down")
        line.add(file: file)
        line.add("channel", channel)
        line.add("start", Double(onset) / rate, decimals: 5)
        return line
    }

    private func object(_ press: KeyPress, _ channel: Int) -> JSONLine {
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
        return line
    }

    private func row(_ press: KeyPress, _ channel: Int) -> String {
        let file = PathBytes.shown(file)
        let needsQuotes = file.contains { "\",\r\n".contains($0) }
        let name = needsQuotes ? "\"\(file.replacing("\"", with: "\"\""))\"" : file
        let measured = [press.lowHz, press.highHz, press.levelDBm0, press.twist].map { fixed($0, decimals: 2) }
        return
            ([name, "\(channel)", "\(press.key.character)", times(press, ",", decimals: 5)] + measured
            + [fixed(press.signalToNoise, decimals: 1)]).joined(separator: ",") + "\r\n"
    }
}
