internal import Foundation

/// Reads the agent's commands from the bytes of an input: single keys of a terminal, or one command a line.
package struct AgentInput: Sendable {
    private let isTerminal: Bool
    private var line: [UInt8] = []
    /// Whether the present line is too long for a command.
    private var isOverlong = false

    /// Longest line that can be a command, in bytes.
    private static let longestLine = 200

    /// - Parameter isTerminal: Whether each byte is a key of its own.
    package init(isTerminal: Bool) { self.isTerminal = isTerminal }

    /// A list of the keys of a terminal, for an agent who asks.
    package static let help =
        "s: secure the line and begin  r: ask for the field again  c: cancel  a: another card  p: pay  q: quit  ?: this"

    /// The commands completed by `bytes`.
    package mutating func take(_ bytes: some Sequence<UInt8>) -> [LiveCommand] {
        bytes.compactMap { isTerminal ? Self.command(key: $0) : take($0) }
    }

    /// The command of a last line without a line feed.
    package mutating func finish() -> [LiveCommand] { isTerminal ? [] : take([UInt8(ascii: "\n")]) }

    private mutating func take(_ byte: UInt8) -> LiveCommand? {
        if byte == UInt8(ascii: "\n") {
            let text = isOverlong ? nil : String(validating: line, as: UTF8.self)?.trimmingCharacters(in: .whitespaces)
            (line, isOverlong) = ([], false)
            return text == "" ? nil : text.map(LiveCommand.init) ?? .unknown
        }
        if line.count >= Self.longestLine {
            isOverlong = true
        } else if byte != UInt8(ascii: "\r") {
            line.append(byte)
        }
        return nil
    }

    private static func command(key: UInt8) -> LiveCommand? {
        switch key {
        case UInt8(ascii: "s"): LiveCommand("secure")
        case UInt8(ascii: "r"): .recollectHere
        case UInt8(ascii: "c"): LiveCommand("cancel")
        case UInt8(ascii: "p"): LiveCommand("submit")
        case UInt8(ascii: "a"): LiveCommand("another-card")
        // 4 is Ctrl-D.
        case UInt8(ascii: "q"), 4: .quit
        case UInt8(ascii: "?"), UInt8(ascii: "h"): .help
        default: nil
        }
    }
}
