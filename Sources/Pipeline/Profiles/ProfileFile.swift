public import PaymentSession
import DTMF
import Yams

/// A keypad profile written in YAML.
///
/// ```yaml
/// name: clinic
/// base: keyivr          # what is not said here comes from this built-in profile
/// keys:
///   submit: "#"         # *, #, A, B, C or D
///   cancel: "*"
///   clear: none
/// timeouts:             # seconds
///   first-digit: 20
///   inter-digit: 8
///   field: 60
///   session: 300
/// attempts: 3           # tries a field, 1 to 9
/// cards: 2              # cards a session, 1 to 9
/// bounce-gap: 0.25      # seconds within which a repeated key is one press
/// ```
public enum ProfileFile {
    /// The profile that `text` describes.
    ///
    /// - Throws: ``ProfileFileError`` with the line of the first mistake.
    public static func profile(from text: String) throws(ProfileFileError) -> KeypadProfile {
        let root = Entry(node: try compose(text), path: "")
        let values = try root.members(["name", "base", "keys", "timeouts", "attempts", "cards", "bounce-gap"])
        var profile = try base(values["base"])
        profile.name = try values["name"]?.text() ?? profile.name
        try read(keys: values["keys"], into: &profile)
        try read(timeouts: values["timeouts"], into: &profile)
        if let entry = values["attempts"] { profile.attempts = try entry.count(1...9) }
        if let entry = values["cards"] { profile.cards = try entry.count(1...9) }
        if let entry = values["bounce-gap"] { profile.bounceGap = .seconds(try entry.seconds(0...2)) }
        return profile
    }

    private static func compose(_ text: String) throws(ProfileFileError) -> Node {
        do {
            guard let node = try Yams.compose(yaml: text) else { throw ProfileFileError(line: 1, problem: .empty) }
            return node
        } catch let error as ProfileFileError {
            throw error
        } catch let YamlError.scanner(_, problem, mark, _) {
            throw ProfileFileError(line: mark.line, problem: .notYAML(problem))
        } catch let YamlError.parser(_, problem, mark, _) {
            throw ProfileFileError(line: mark.line, problem: .notYAML(problem))
        } catch let YamlError.composer(_, problem, mark, _) {
            throw ProfileFileError(line: mark.line, problem: .notYAML(problem))
        } catch let YamlError.duplicatedKeysInMapping(names, context) {
            let line = lastLine(of: names.first ?? "", in: text) ?? context.mark.line
            throw ProfileFileError(line: line, problem: .nameTwice)
        } catch {
            throw ProfileFileError(line: 1, problem: .notYAML("it cannot be read"))
        }
    }

    /// The last line that gives `name` a value; the parser tells of the first alone.
    private static func lastLine(of name: String, in text: String) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let index = lines.lastIndex { line in line.drop { $0 == " " || $0 == "{" }.hasPrefix("\(name):") }
        return index.map { $0 + 1 }
    }

    private static func base(_ entry: Entry?) throws(ProfileFileError) -> KeypadProfile {
        guard let entry else { return .keyivr }
        guard let profile = KeypadProfile(named: try entry.text()) else {
            throw entry.error(.notOneOf(KeypadProfile.builtIn.map(\.name)))
        }
        return profile
    }

    private static func read(keys entry: Entry?, into profile: inout KeypadProfile) throws(ProfileFileError) {
        guard let entry else { return }
        let keys = try entry.members(["submit", "clear", "cancel"])
        if let submit = keys["submit"] {
            guard let key = try submit.key() else { throw submit.error(.notOneOf(Entry.keyNames)) }
            profile.submitKey = key
        }
        if let clear = keys["clear"] { profile.clearKey = try clear.key() }
        if let cancel = keys["cancel"] { profile.cancelKey = try cancel.key() }
        let all = [profile.submitKey, profile.clearKey, profile.cancelKey].compactMap(\.self)
        guard Set(all).count == all.count else { throw entry.error(.keyTwice) }
    }

    private static func read(timeouts entry: Entry?, into profile: inout KeypadProfile) throws(ProfileFileError) {
        guard let entry else { return }
        let times = try entry.members(["first-digit", "inter-digit", "field", "session"])
        if let time = times["first-digit"] { profile.firstDigitTimeout = .seconds(try time.seconds(1...3600)) }
        if let time = times["inter-digit"] { profile.interDigitTimeout = .seconds(try time.seconds(1...3600)) }
        if let time = times["field"] { profile.fieldTimeout = .seconds(try time.seconds(1...3600)) }
        if let time = times["session"] { profile.sessionTimeout = .seconds(try time.seconds(1...3600)) }
        let isInOrder =
            max(profile.firstDigitTimeout, profile.interDigitTimeout) <= profile.fieldTimeout
            && profile.fieldTimeout <= profile.sessionTimeout
        guard isInOrder else { throw entry.error(.timeoutsOutOfOrder) }
    }
}

/// A mistake in a profile file, and the line it is on (the first is 1).
public struct ProfileFileError: Error, Sendable, Hashable {
    /// What is wrong there.
    public enum Problem: Sendable, Hashable {
        /// Nothing is in the file.
        case empty
        /// It is no YAML, in the parser's words.
        case notYAML(String)
        /// A name has a value already.
        case nameTwice
        /// A list of names with values is wanted.
        case notAMapping
        /// There is no such name here; these are known.
        case unknownName([String])
        /// The value is none of these.
        case notOneOf([String])
        /// The value is no number in this range.
        case notInRange(String)
        /// A name is wanted: letters, digits, `-` and `_`, 32 at most.
        case notAName
        /// Two of the three functions are on one key.
        case keyTwice
        /// A field lasts at least as long as its first digit and its pauses, a session as long as a field.
        case timeoutsOutOfOrder
    }

    /// The line, from 1.
    public var line: Int
    /// What is wrong there.
    public var problem: Problem
}

/// A value of the file and where it stands.
private struct Entry {
    var node: Node
    var path: String

    static let keyNames = ["*", "#", "A", "B", "C", "D"]

    func error(_ problem: ProfileFileError.Problem) -> ProfileFileError {
        ProfileFileError(line: node.mark?.line ?? 1, problem: problem)
    }

    /// The values by name, where every name is one of `known`.
    func members(_ known: [String]) throws(ProfileFileError) -> [String: Entry] {
        guard case .mapping(let mapping) = node else { throw error(.notAMapping) }
        var members: [String: Entry] = [:]
        for (name, value) in mapping {
            guard let text = name.string, known.contains(text) else {
                throw Entry(node: name, path: path).error(.unknownName(known))
            }
            // A value without text has no mark of its own; its name's will do.
            members[text] = Entry(node: value, path: text)
        }
        return members
    }

    func text() throws(ProfileFileError) -> String {
        guard let text = node.scalar?.string, (1...32).contains(text.count),
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }),
            !text.mayHoldCardNumber
        else { throw error(.notAName) }
        return text
    }

    /// A key that is no digit; `nil` for `none`.
    func key() throws(ProfileFileError) -> Key? {
        guard let text = node.scalar?.string else { throw error(.notOneOf(Self.keyNames)) }
        if text == "none" { return nil }
        guard text.count == 1, let character = text.first, let key = Key(character), key.digit == nil else {
            throw error(.notOneOf(Self.keyNames + ["none"]))
        }
        return key
    }

    func count(_ range: ClosedRange<Int>) throws(ProfileFileError) -> Int {
        guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
            throw error(.notInRange("\(range.lowerBound) to \(range.upperBound)"))
        }
        return value
    }

    func seconds(_ range: ClosedRange<Double>) throws(ProfileFileError) -> Double {
        guard let text = node.scalar?.string, let value = Double(text), range.contains(value) else {
            throw error(.notInRange("\(Int(range.lowerBound)) to \(Int(range.upperBound)) seconds"))
        }
        return value
    }
}
