internal import Foundation
package import PaymentSession
internal import TextFormats

/// A command of the agent during a live call.
package enum LiveCommand: Sendable, Hashable {
    /// A command of the session, and the word that the agent typed.
    case session(AgentCommand, word: String)
    /// Capture the present field again: the one being keyed, or the last captured one.
    case recollectHere
    case quit
    /// List the commands.
    case help
    /// An unknown command. Its text is not kept, because an agent may have typed a card number.
    case unknown

    /// A command as a JSON object.
    private struct Object: Decodable {
        var command: String
    }

    /// A command as a word or as `{"command":"word"}`. Spaces before and after it are ignored; any other extra text
    /// makes it unknown.
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
        // One command is enough, as in a script: `secure` also begins the capture.
        case "secure": self = .session(.collect, word: word)
        default: self = AgentCommand(word).map { .session($0, word: word) } ?? .unknown
        }
    }
}
