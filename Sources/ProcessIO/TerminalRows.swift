internal import AtomicFiles
internal import Glibc

/// Rows of a terminal on standard output that are always the last, drawn anew in the place of those before.
package struct TerminalRows: Sendable {
    private var drawn = 0

    package init() {}

    /// Draws `rows`, each cut to the terminal's width. A terminal that stands still, as after Ctrl-S, is left alone.
    package mutating func draw(_ rows: [String]) {
        guard OutputQueue.queue(of: STDOUT_FILENO)?.isBehind != true else { return }
        let width = Self.width
        StandardOutput.draw(back + rows.map { String($0.quoted.prefix(width - 1)) }.joined(separator: "\n"))
        drawn = rows.count
    }

    /// Makes room for a line of its own.
    package mutating func clear() {
        StandardOutput.draw(back)
        drawn = 0
    }

    /// Back to where the first row begins, and nothing below.
    private var back: String {
        drawn == 0 ? "" : "\r" + (drawn > 1 ? "\u{1B}[\(drawn - 1)A" : "") + "\u{1B}[J"
    }

    /// Columns of the terminal; 80 where it does not say. A row that wrapped could not be drawn over.
    private static var width: Int {
        var size = winsize()
        let known = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
        return known ? Int(size.ws_col) : 80
    }
}
