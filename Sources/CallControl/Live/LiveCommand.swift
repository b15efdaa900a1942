internal import Foundation
package import PaymentSession
internal import TextFormats

/// What the agent asks for during a live call.
package enum LiveCommand: Sendable, Hashable {
    /// A command of the session, and the word that asked for it.
    case session(AgentCommand, word: String)
    /// The field at hand again: the one being keyed, or the last one that is in.
    case recollectHere
    case quit
    /// Which commands there are.
    case help
    /// What is no command, without its text: an agent may have typed a card number.
    case unknown

    /// A line as a JSON object that is a command.
    private struct Object: Decodable {
        var command: String
    }

    /// A command as a word, or as `{"command":"word"}`; the very word, with nothing in it or about it but spaces at the
    /// ends.
    package init(_ text: String) {
        var word = text
        if word.hasPrefix("{") {
            guard JSONNesting.isShallow(word.utf8),
                let object = try? JSONDecoder().decode(Object.self, from: Data(word.utf8))
            else {
                self = .unknown
                return
            }
            word = object.command
        }
        switch word {
        case "quit": self = .quit
        case "recollect": self = .recollectHere
        // One button, as in a script: to secure is to begin the capture.
        case "secure": self = .session(.collect, word: word)
        default: self = AgentCommand(word).map { .session($0, word: word) } ?? .unknown
        }
    }
}
