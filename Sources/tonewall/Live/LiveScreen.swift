import AtomicFiles
import CallControl
import DTMF
import Glibc
import PaymentSession
import ProcessIO
import TextFormats

/// A live call on a terminal: levels, and of a payment its fields and where it stands, in rows that are always the
/// last.
struct LiveScreen {
    private var keyLight = ContinuousClock.now
    /// Rows on the screen now.
    private var drawn = 0

    /// The agent's keys, for who asks.
    static let help =
        "s: secure the line and begin  r: ask for the field again  c: cancel  a: another card  p: pay  q: quit  ?: this"

    /// Shows a key for a moment; not which.
    mutating func light() { keyLight = .now + .milliseconds(400) }

    /// The rows, drawn anew in the place of those before.
    mutating func draw(_ standing: CallStanding) {
        // A terminal that stands still, as after Ctrl-S, is drawn on when it goes on.
        guard OutputQueue.queue(of: STDOUT_FILENO)?.isBehind != true else { return }
        var rows = [levels(standing.time, standing.peaks)]
        let counts = standing.counts
        let troubles = counts.allXruns + counts.losses + counts.stalls
        if troubles > 0 {
            let late = 1000 * counts.allDropped / standing.sampleRate
            rows[0] += "  xruns \(counts.allXruns) late \(late) ms"
        }
        if let view = standing.view {
            rows += [LiveScreen.fields(view), "\(view.state.words(view))  \(view.state.keys)"]
        }
        let width = LiveScreen.width
        StandardOutput.draw(back + rows.map { String($0.quoted.prefix(width - 1)) }.joined(separator: "\n"))
        drawn = rows.count
    }

    /// Makes room for a line of its own.
    mutating func clear() {
        StandardOutput.draw(back)
        drawn = 0
    }

    /// Back to where the first row begins, and nothing below.
    private var back: String {
        drawn == 0 ? "" : "\r" + (drawn > 1 ? "\u{1B}[\(drawn - 1)A" : "") + "\u{1B}[J"
    }

    private func levels(_ time: Duration, _ peaks: (caller: Float, agent: Float)) -> String {
        let light = ContinuousClock.now < keyLight ? "●" : "○"
        let seconds = Int(time.seconds)
        let clock = "\(seconds / 60):" + (seconds % 60 < 10 ? "0" : "") + "\(seconds % 60)"
        return "\(clock)  caller \(bar(peaks.caller))  agent \(bar(peaks.agent))  key \(light)"
    }

    /// Each field in a few characters: bullets for digits, and what may be shown of what is in.
    private static func fields(_ view: AgentView) -> String {
        view.fields.map { field in
            switch field.status {
            case .waiting: "\(field.name.words) –"
            case .entering(let digits): "\(field.name.words) \(String(repeating: "•", count: digits))…"
            case .given: "\(field.name.words) \(view.shown(field.name))"
            }
        }.joined(separator: " | ")
    }

    /// Ten blocks over the 50 dB below full scale.
    private func bar(_ peak: Float) -> String {
        // A float device may bring what is no number.
        let level = peak > 0 && peak.isFinite ? Level.dBm0(amplitude: Double(min(peak, 100))) : -100
        let blocks = max(0, min(10, Int((level + 47) / 5)))
        let number = fixed(max(level, -99), decimals: 0)
        return String(repeating: "▮", count: blocks) + String(repeating: "▯", count: 10 - blocks)
            + String(repeating: " ", count: max(0, 4 - number.count)) + number
    }

    /// Columns of the terminal; 80 where it does not say. A row that wrapped could not be drawn over.
    private static var width: Int {
        var size = winsize()
        let known = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
        return known ? Int(size.ws_col) : 80
    }
}
