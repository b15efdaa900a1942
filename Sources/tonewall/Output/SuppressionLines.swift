import Codecs
import AtomicFiles
import AudioIO
import DTMF
import Failures
import Glibc
import ProcessIO
import Suppression
import TextFormats

/// What `suppress --events` tells beside the audio, as JSON objects, one a line: keys as the detector hears them in
/// what comes in, and stretches as they are taken out of what leaves.
struct SuppressionLines {
    private let lines: SideLines
    private let encoding: SampleEncoding
    private let rate: Double
    private let reveals: Bool
    private var listener: KeyListener

    /// - Parameter reveals: Whether a key's end tells which one it was.
    init(to lines: SideLines, _ format: AudioFormat, reveals: Bool) {
        self.lines = lines
        self.reveals = reveals
        encoding = format.encoding
        rate = Double(format.sampleRate)
        listener = KeyListener(sampleRate: rate, channels: format.channels)
    }

    /// Listens to whole frames that come in.
    mutating func hear(_ encoded: Span<UInt8>) {
        var samples: [Float] = []
        encoding.decode(encoded, into: &samples)
        var heard: [KeyPrinter.Heard] = []
        listener.process(samples.span) { heard.append(($0, $1)) }
        tell(heard)
    }

    /// Tells what was still open and writes what is left; the audio is over.
    mutating func finish() -> SideLines.Ending {
        var heard: [KeyPrinter.Heard] = []
        listener.finish { heard.append(($0, $1)) }
        tell(heard)
        return lines.finish()
    }

    /// Tells of a stretch that was taken out.
    func tell(_ event: SuppressionEvent) {
        var line = line(event.kind.rawValue, event.channel, event.start)
        add(end: event.end, to: &line)
        line.add("removed_db", event.removedDB, decimals: 1)
        lines.append(line.line)
    }

    private func tell(_ heard: [KeyPrinter.Heard]) {
        for (channel, event) in heard.sorted(by: { KeyPrinter.time($0.event) < KeyPrinter.time($1.event) }) {
            switch event {
            case .decided(_, let onset): lines.append(line("key-down", channel, onset).line)
            case .ended(let press):
                var line = line("key-up", channel, press.start)
                add(end: press.end, to: &line)
                if reveals { line.add("digit", String(press.key.character)) }
                lines.append(line.line)
            }
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
