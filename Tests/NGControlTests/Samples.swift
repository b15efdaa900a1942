import Foundation
import NGControl
import Support
import Testing

/// Messages to read: those of the real parts in `Fixtures/ng`, and others made here.
enum Samples {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/ng")

    /// The message of a file, as it was sent.
    static func file(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name + ".ng")))
    }

    /// All messages of the real parts.
    static func files() throws -> [[UInt8]] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".ng") }.sorted()
            .map { try file(String($0.dropLast(3))) }
    }

    /// A request that was never sent.
    static func message(_ command: String, _ entries: NGDictionary = [:]) -> NGMessage {
        var body = entries
        body["command"] = .text(command)
        return NGMessage(cookie: Array("c1".utf8), form: .bencode, body: body)
    }

    static func request(_ command: String, _ entries: KeyValuePairs<String, NGValue> = [:]) throws(NGRefusal)
        -> NGRequest
    {
        try NGRequest(message(command, NGDictionary(entries.map { (Array($0.key.utf8), $0.value) }) { $1 }))
    }

    static func list(_ words: String...) -> NGValue { .list(words.map { .text($0) }) }

    /// A value at random, whose strings are bytes or, for JSON, text.
    static func value(depth: Int, isText: Bool, using random: inout SeededGenerator) -> NGValue {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &random) {
        case 0: .integer(Int(truncatingIfNeeded: random.next()) >> Int.random(in: 0..<64, using: &random))
        case 1, 2: .string(string(isText: isText, using: &random))
        case 3:
            .list(
                (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                    value(depth: depth - 1, isText: isText, using: &random)
                })
        default: .dictionary(dictionary(depth: depth - 1, isText: isText, using: &random))
        }
    }

    static func dictionary(depth: Int, isText: Bool, using random: inout SeededGenerator) -> NGDictionary {
        var entries: NGDictionary = [:]
        for _ in 0..<Int.random(in: 0..<5, using: &random) {
            entries[string(isText: isText, using: &random)] = value(depth: depth, isText: isText, using: &random)
        }
        return entries
    }

    private static func string(isText: Bool, using random: inout SeededGenerator) -> [UInt8] {
        let count = Int.random(in: 0..<12, using: &random)
        guard isText else { return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) } }
        let pieces = ["a", "\"", "\\", "/", "\u{0}", "\u{1F}", "\n", "\u{7F}", "é", "\u{FFFD}", "\u{1F600}", "{", " "]
        return (0..<count).flatMap { _ in Array((pieces.randomElement(using: &random) ?? "").utf8) }
    }
}
