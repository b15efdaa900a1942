import CallControl
import Glibc
import PaymentSession
import Pipeline

/// What the agent asks for during a live call: a key on a terminal, a line from a program.
enum LiveCommand {
    case session(AgentCommand)
    /// The field at hand again: the one being keyed, or the last one that is in.
    case recollectHere
    case quit
    case unknown
}

/// Standard input during a live call, never waited for.
struct LiveInput {
    private let isTerminal: Bool
    private var saved: termios?
    private var line: [UInt8] = []
    /// Whether no more commands can come.
    private(set) var isAtEnd = false

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
            if count <= 0 {
                isAtEnd = count == 0 || errno != EINTR
                // The last line need not have an end.
                if isAtEnd { take(UInt8(ascii: "\n"), &commands) }
                break
            }
            for byte in bytes[..<count] { take(byte, &commands) }
        }
        return commands
    }

    private mutating func take(_ byte: UInt8, _ commands: inout [LiveCommand]) {
        if isTerminal {
            switch byte {
            case UInt8(ascii: "s"): commands.append(.session(.collect))
            case UInt8(ascii: "r"): commands.append(.recollectHere)
            case UInt8(ascii: "c"): commands.append(.session(.cancel))
            case UInt8(ascii: "p"): commands.append(.session(.submit))
            case UInt8(ascii: "a"): commands.append(.session(.anotherCard))
            case UInt8(ascii: "q"), 4: commands.append(.quit)
            default: break
            }
        } else if byte == UInt8(ascii: "\n") {
            let text = String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }
            line = []
            if !text.isEmpty { commands.append(LiveInput.command(text)) }
        } else if line.count < 200 {
            line.append(byte)
        }
    }

    /// A command as a word, or as `{"command":"word"}`.
    private static func command(_ text: String) -> LiveCommand {
        var word = text
        if word.hasPrefix("{\"command\":\"") && word.hasSuffix("\"}") {
            word = String(word.dropFirst(12).dropLast(2))
        }
        switch word {
        case "quit": return .quit
        case "recollect": return .recollectHere
        // One button, as in a script: to secure is to begin the capture.
        case "secure": return .session(.collect)
        default: return AgentCommand(word).map { .session($0) } ?? .unknown
        }
    }
}
