internal import Glibc

/// Reads standard input without waiting: the bytes of a pipe or a file, or the keys of a terminal as they are pressed.
package struct StandardInput {
    private var saved: termios?
    /// Whether no further bytes can come.
    package private(set) var isAtEnd = false

    /// - Parameter isTerminal: Whether keys are delivered at once and not echoed, until ``restore()``.
    package init(isTerminal: Bool) {
        var settings = termios()
        guard isTerminal, unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        saved = settings
        Interruption.restoresAtSecond(settings)
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Whether standard input is a terminal.
    package static var isTerminal: Bool { isatty(STDIN_FILENO) != 0 }

    /// Restores the settings of the terminal.
    package func restore() {
        guard var saved else { return }
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &saved)
    }

    /// The bytes since the last call, at most 4096. A writer without a pause must not block the caller.
    package mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 256)
        for _ in 0..<16 {
            var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard !isAtEnd, unsafe poll(&wait, 1, 0) > 0 else { break }
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { break }
            isAtEnd = count <= 0
            taken += block.prefix(max(0, count))
        }
        return taken
    }
}
