import AtomicFiles
import AudioIO
import CallControl
import DTMF

/// Keys as `decode` prints them.
struct KeyPrinter {
    /// What was heard, and in which channel.
    typealias Heard = (channel: Int, event: DetectorEvent)

    private let format: OutputFormat
    private let file: String
    private let namesFile: Bool
    private var output = StandardOutput()
    private var rate = 8000.0
    private var namesChannels = false
    private var lastChannel: Int?

    init(format: OutputFormat, file: String, namesFile: Bool) {
        self.format = format
        self.file = file
        self.namesFile = namesFile
    }

    /// The start of a file's keys.
    mutating func begin(rate: Int, channels: Int) {
        self.rate = Double(rate)
        namesChannels = channels > 1
        if format == .text && namesFile { output.append("\(file.quoted): ") }
    }

    /// Prints a block's keys in the order of time and empties `heard`.
    mutating func print(_ heard: inout [Heard], only channel: Int?, flushing: Bool) {
        if heard.isEmpty { return }
        heard.sort { KeyPrinter.time($0.event) < KeyPrinter.time($1.event) }
        for (number, event) in heard where channel == nil || number == channel {
            switch (format, event) {
            case (.text, .decided(let key, _)): append(key, channel: number)
            case (.ndjson, .ended(let press)): append(press, channel: number)
            default: break
            }
        }
        heard.removeAll(keepingCapacity: true)
        if flushing { output.flush() }
    }

    /// The end of a file's keys.
    mutating func end() {
        if format == .text { output.append("\n") }
        output.flush()
    }

    private static func time(_ event: DetectorEvent) -> Int {
        switch event {
        case .decided(_, let onset): onset
        case .ended(let press): press.end
        }
    }

    private mutating func append(_ key: Key, channel: Int) {
        if namesChannels && channel != lastChannel {
            output.append("\(lastChannel == nil ? "" : " ")\(channel):")
            lastChannel = channel
        }
        output.append(String(key.character))
    }

    private mutating func append(_ press: KeyPress, channel: Int) {
        var line = JSONLine()
        line.add(file: file)
        line.add("channel", channel)
        line.add("digit", String(press.key.character))
        line.add("start", Double(press.start) / rate, decimals: 5)
        line.add("end", Double(press.end) / rate, decimals: 5)
        line.add("low_hz", press.lowHz, decimals: 2)
        line.add("high_hz", press.highHz, decimals: 2)
        line.add("level_dbm0", press.levelDBm0, decimals: 2)
        line.add("high_minus_low_db", press.highMinusLow, decimals: 2)
        line.add("snr_db", press.signalToNoise, decimals: 1)
        output.append(line.line)
    }
}
