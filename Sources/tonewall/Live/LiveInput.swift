import CallControl
import Foundation
import Glibc
import ProcessIO

/// Standard input during a live call, never waited for.
struct LiveInput {
    private let isTerminal: Bool
    private var saved: termios?
    private var line: [UInt8] = []
    /// Whether the line at hand is longer than any command.
    private var isOverlong = false
    /// Whether no more commands can come.
    private(set) var isAtEnd = false

    /// Longest line that can be a command, in bytes.
    private static let longestLine = 200

    init(isTerminal: Bool) {
        self.isTerminal = isTerminal
        guard isTerminal else { return }
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        saved = settings
        Interruption.restoresAtSecond(settings)
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// The terminal as it was.
    func restore() {
        guard var saved else { return }
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &saved)
    }

    /// The commands that came since the last call.
    mutating func take() -> [LiveCommand] {
        var commands: [LiveCommand] = []
        var bytes = [UInt8](repeating: 0, count: 256)
        // A writer that never pauses must not hold the call up.
        for _ in 0..<16 where !isAtEnd {
            var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&wait, 1, 0) > 0 else { break }
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { break }
            if count <= 0 {
                isAtEnd = true
                // The last line need not have an end.
                take(UInt8(ascii: "\n"), &commands)
                break
            }
            for byte in bytes[..<count] { take(byte, &commands) }
        }
        return commands
    }

    private mutating func take(_ byte: UInt8, _ commands: inout [LiveCommand]) {
        if isTerminal {
            if let command = LiveInput.command(key: byte) { commands.append(command) }
        } else if byte == UInt8(ascii: "\n") {
            let text = isOverlong ? nil : String(validating: line, as: UTF8.self)?.trimmingCharacters(in: .whitespaces)
            (line, isOverlong) = ([], false)
            if text != "" { commands.append(text.map(LiveCommand.init) ?? .unknown) }
        } else if line.count < LiveInput.longestLine {
            if byte != UInt8(ascii: "\r") { line.append(byte) }
        } else {
            isOverlong = true
        }
    }

    private static func command(key: UInt8) -> LiveCommand? {
        switch key {
        case UInt8(ascii: "s"): LiveCommand("secure")
        case UInt8(ascii: "r"): .recollectHere
        case UInt8(ascii: "c"): LiveCommand("cancel")
        case UInt8(ascii: "p"): LiveCommand("submit")
        case UInt8(ascii: "a"): LiveCommand("another-card")
        case UInt8(ascii: "q"), 4: .quit
        case UInt8(ascii: "?"), UInt8(ascii: "h"): .help
        default: nil
        }
    }
}
