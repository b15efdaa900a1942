package import Codecs
package import DTMF
package import Suppression
internal import TextFormats

/// The events beside the audio for a program, as JSON objects, one a line: the keys detected in the input, and the
/// stretches removed from the output.
package struct SuppressionLines {
    private let rate: Double
    private let reveals: Bool

    /// - Parameter reveals: Whether the end of a key says which key it was.
    package init(_ format: AudioFormat, reveals: Bool) {
        self.reveals = reveals
        rate = Double(format.sampleRate)
    }

    /// The line for a removed stretch.
    package func line(_ event: SuppressionEvent) -> String {
        var line = line(event.kind.rawValue, event.channel, event.start)
        add(end: event.end, to: &line)
        line.add("removed_db", event.removedDB, decimals: 1)
        return line.line
    }

    /// The line for a key that went down or up.
    package func line(_ heard: ChannelEvent) -> String {
        switch heard.event {
        case .decided(_, let onset): return line("key-down", heard.channel, onset).line
        case .ended(let press):
            var line = line("key-up", heard.channel, press.start)
            add(end: press.end, to: &line)
            if reveals { line.add("digit", String(press.key.character)) }
            return line.line
        }
    }

    private func line(_ event: String, _ channel: Int, _ start: Int) -> JSONLine {
        var line = JSONLine()
        line.add("event", event)
        line.add("channel", channel)
        line.add("start", Double(start) / rate, decimals: 5)
        line.add("start_sample", start)
        return line
    }

    private func add(end: Int, to line: inout JSONLine) {
        line.add("end", Double(end) / rate, decimals: 5)
        line.add("end_sample", end)
    }
}
