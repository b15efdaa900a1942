import CallControl
import Foundation
import Glibc
import PaymentSession
import TextFormats

/// What the agent asks for during a live call: a key on a terminal, a line from a program.
enum LiveCommand {
    /// A command of the session, and the word that asked for it.
    case session(AgentCommand, word: String)
    /// The field at hand again: the one being keyed, or the last one that is in.
    case recollectHere
    case quit
    /// The keys of the terminal.
    case help
    /// What is no command, without its text: an agent may have typed a card number.
    case unknown
}

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
            if text != "" { commands.append(text.map(LiveInput.command) ?? .unknown) }
        } else if line.count < LiveInput.longestLine {
            if byte != UInt8(ascii: "\r") { line.append(byte) }
        } else {
            isOverlong = true
        }
    }

    private static func command(key: UInt8) -> LiveCommand? {
        switch key {
        case UInt8(ascii: "s"): command("secure")
        case UInt8(ascii: "r"): .recollectHere
        case UInt8(ascii: "c"): command("cancel")
        case UInt8(ascii: "p"): command("submit")
        case UInt8(ascii: "a"): command("another-card")
        case UInt8(ascii: "q"), 4: .quit
        case UInt8(ascii: "?"), UInt8(ascii: "h"): .help
        default: nil
        }
    }

    /// A line as a JSON object that is a command.
    private struct Object: Decodable {
        var command: String
    }

    /// A command as a word, or as `{"command":"word"}`; the very word, with nothing in it or about it but spaces at the ends.
    static func command(_ text: String) -> LiveCommand {
        var word = text
        if word.hasPrefix("{") {
            guard JSONNesting.isShallow(word.utf8),
                let object = try? JSONDecoder().decode(Object.self, from: Data(word.utf8))
            else { return .unknown }
            word = object.command
        }
        switch word {
        case "quit": return .quit
        case "recollect": return .recollectHere
        // One button, as in a script: to secure is to begin the capture.
        case "secure": return .session(.collect, word: word)
        default: return AgentCommand(word).map { .session($0, word: word) } ?? .unknown
        }
    }
}
