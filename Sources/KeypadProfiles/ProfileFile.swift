package import PaymentSession
import DTMF

/// A keypad profile written in YAML.
///
/// ```yaml
/// name: clinic
/// merchant: Clinic Ltd  # payee on receipts
/// base: keyivr          # the built-in profile for everything that is left out
/// keys:
///   submit: "#"         # *, #, A, B, C or D
///   cancel: "*"
///   clear: none
/// timeouts:             # seconds
///   first-digit: 20
///   inter-digit: 8
///   field: 60            # from the last key
///   field-limit: 200     # from the prompt; by default, first-digit and 19 times inter-digit
///   session: 300
/// auto-end: false       # true: a full field ends automatically
/// attempts: 3           # tries for a field, 1 to 9
/// cards: 2              # cards in a session, 1 to 9
/// bounce-gap: 0.25      # seconds within which a repeated key is one press
/// ```
package enum ProfileFile {
    /// The profile in `text`.
    ///
    /// - Throws: ``ProfileFileError`` with the line of the first error.
    package static func profile(from text: String) throws(ProfileFileError) -> KeypadProfile {
        let root = Entry(tree: try ProfileTree(yaml: text))
        let values = try root.members([
            "name", "merchant", "base", "keys", "timeouts", "auto-end", "attempts", "cards", "bounce-gap",
        ])
        var profile = try base(values["base"])
        profile.name = try values["name"]?.text() ?? profile.name
        if let entry = values["merchant"] { profile.merchant = try entry.merchant() }
        try read(keys: values["keys"], into: &profile)
        try read(timeouts: values["timeouts"], into: &profile)
        if let entry = values["auto-end"] { profile.endsFullFields = try entry.boolean() }
        if let entry = values["attempts"] { profile.attempts = try entry.count(1...9) }
        if let entry = values["cards"] { profile.cards = try entry.count(1...9) }
        if let entry = values["bounce-gap"] { profile.bounceGap = .seconds(try entry.seconds(0...2)) }
        return profile
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
        let all = [("submit", profile.submitKey), ("clear", profile.clearKey), ("cancel", profile.cancelKey)]
        for (first, second) in [(all[0], all[1]), (all[0], all[2]), (all[1], all[2])] where first.1 == second.1 {
            guard first.1 != nil else { continue }
            throw entry.error(.keyTwice, atLastOf: [keys[first.0], keys[second.0]])
        }
    }

    private static func read(timeouts entry: Entry?, into profile: inout KeypadProfile) throws(ProfileFileError) {
        guard let entry else { return }
        let times = try entry.members(["first-digit", "inter-digit", "field", "field-limit", "session"])
        if let time = times["first-digit"] { profile.firstDigitTimeout = .seconds(try time.seconds(1...3600)) }
        if let time = times["inter-digit"] { profile.interDigitTimeout = .seconds(try time.seconds(1...3600)) }
        if let time = times["field"] { profile.fieldTimeout = .seconds(try time.seconds(1...3600)) }
        if let time = times["session"] { profile.sessionTimeout = .seconds(try time.seconds(1...3600)) }
        profile.fieldLimit = max(
            profile.fieldTimeout, KeypadProfile.usualLimit(profile.firstDigitTimeout, profile.interDigitTimeout))
        if let time = times["field-limit"] { profile.fieldLimit = .seconds(try time.seconds(1...3600)) }
        for (shorter, longer, isInOrder) in [
            ("first-digit", "field", profile.firstDigitTimeout <= profile.fieldTimeout),
            ("inter-digit", "field", profile.interDigitTimeout <= profile.fieldTimeout),
            ("field", "field-limit", profile.fieldTimeout <= profile.fieldLimit),
            ("field", "session", profile.fieldTimeout <= profile.sessionTimeout),
        ] where !isInOrder {
            throw entry.error(.timeoutsOutOfOrder, atLastOf: [times[shorter], times[longer]])
        }
    }
}

/// An error in a profile file, and its line (from 1).
package struct ProfileFileError: Error, Sendable, Hashable {
    /// The kind of error.
    package enum Problem: Sendable, Hashable {
        /// The file is empty.
        case empty
        /// The text is not YAML; the parser's words.
        case notYAML(String)
        /// The name already has a value.
        case nameTwice
        /// The value must be a list of names with values.
        case notAMapping
        /// The name is unknown; these are known.
        case unknownName([String])
        /// The value must be one of these.
        case notOneOf([String])
        /// The value must be a number in this range.
        case notInRange(String)
        /// The value must be a name: letters, digits, `-` and `_`, 32 at most.
        case notAName
        /// The value must be a merchant's name: 1 to 64 printing characters.
        case notAMerchant
        /// Two of the three functions are on one key.
        case keyTwice
        /// A field must last at least as long as its first digit and its pauses, and a session as long as a field.
        case timeoutsOutOfOrder
    }

    /// The line, from 1.
    package var line: Int
    /// The kind of error.
    package var problem: Problem
}

/// A value of the file and its line.
private struct Entry {
    var tree: ProfileTree

    static let keyNames = ["*", "#", "A", "B", "C", "D"]

    func error(_ problem: ProfileFileError.Problem) -> ProfileFileError {
        ProfileFileError(line: tree.line, problem: problem)
    }

    /// - Parameter values: Values that contradict each other. The last one of them is the error, or the whole entry if
    ///   all are left out.
    func error(_ problem: ProfileFileError.Problem, atLastOf values: [Entry?]) -> ProfileFileError {
        let lines = values.compactMap { $0?.tree.line }
        return ProfileFileError(line: lines.max() ?? tree.line, problem: problem)
    }

    /// The values by name. Every name must be one of `known`.
    func members(_ known: [String]) throws(ProfileFileError) -> [String: Entry] {
        guard case .table(let all) = tree.value else { throw error(.notAMapping) }
        var members: [String: Entry] = [:]
        for member in all {
            guard known.contains(member.name) else {
                throw ProfileFileError(line: member.line, problem: .unknownName(known))
            }
            members[member.name] = Entry(tree: member.tree)
        }
        return members
    }

    private var scalar: String? { if case .text(let text) = tree.value { text } else { nil } }

    func text() throws(ProfileFileError) -> String {
        guard let text = scalar, (1...32).contains(text.count),
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }),
            !text.mayHoldCardNumber
        else { throw error(.notAName) }
        return text
    }

    func merchant() throws(ProfileFileError) -> Merchant {
        guard let merchant = scalar.flatMap({ Merchant($0) }) else { throw error(.notAMerchant) }
        return merchant
    }

    /// A key other than a digit; `nil` for `none`.
    func key() throws(ProfileFileError) -> Key? {
        guard let text = scalar else { throw error(.notOneOf(Self.keyNames)) }
        if text == "none" { return nil }
        guard text.count == 1, let character = text.first, let key = Key(character), key.digit == nil else {
            throw error(.notOneOf(Self.keyNames + ["none"]))
        }
        return key
    }

    func boolean() throws(ProfileFileError) -> Bool {
        guard let text = scalar, let value = Bool(text) else { throw error(.notOneOf(["true", "false"])) }
        return value
    }

    func count(_ range: ClosedRange<Int>) throws(ProfileFileError) -> Int {
        guard let text = scalar, let value = Int(text), range.contains(value) else {
            throw error(.notInRange("\(range.lowerBound) to \(range.upperBound)"))
        }
        return value
    }

    func seconds(_ range: ClosedRange<Double>) throws(ProfileFileError) -> Double {
        guard let text = scalar, let value = Double(text), range.contains(value) else {
            throw error(.notInRange("\(Int(range.lowerBound)) to \(Int(range.upperBound)) seconds"))
        }
        return value
    }
}
