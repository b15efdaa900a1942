internal import AtomicFiles
internal import Glibc

/// Rows at the bottom of a terminal on standard output. They are drawn again in the same place.
package struct TerminalRows: Sendable {
    private var drawn = 0

    package init() {}

    /// Draws `rows`, each cut to the terminal's width. Nothing is drawn on a terminal that has stopped, as after
    /// Ctrl-S.
    package mutating func draw(_ rows: [String]) {
        guard OutputQueue.queue(of: STDOUT_FILENO)?.isBehind != true else { return }
        let width = Self.width
        StandardOutput.draw(back + rows.map { String($0.quoted.prefix(width - 1)) }.joined(separator: "\n"))
        drawn = rows.count
    }

    /// Removes the rows, to make room for a separate line.
    package mutating func clear() {
        StandardOutput.draw(back)
        drawn = 0
    }

    /// Moves to the beginning of the first row and clears everything below.
    private var back: String {
        drawn == 0 ? "" : "\r" + (drawn > 1 ? "\u{1B}[\(drawn - 1)A" : "") + "\u{1B}[J"
    }

    /// Number of columns of the terminal; 80 if it is unknown. A row that wraps could not be drawn over.
    private static var width: Int {
        var size = winsize()
        let known = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
        return known ? Int(size.ws_col) : 80
    }
}
