/// Reads the part of TOML (v1.0.0) that a profile needs: comments, tables, bare, quoted and dotted names, strings on one line, numbers,
/// truth values and inline tables. Lists, dates and strings of several lines are no part of a profile.
///
/// A reader of our own, since a mistake is told with its line: the library for Swift, TOMLKit (0.6), gives the line of what cannot be
/// parsed, but not of a value that can be and is wrong.
struct TOMLReader {
    /// A table that names are put into.
    private final class Table {
        enum Value {
            case text(String, line: Int)
            case table(Table)
        }

        let line: Int
        var names: [(name: String, line: Int)] = []
        var values: [String: Value] = [:]
        /// Whether a header or an inline table made it: a second one is a mistake.
        var isDefined = false

        init(line: Int) { self.line = line }

        var tree: ProfileTree {
            let members = names.compactMap { name, line -> ProfileTree.Member? in
                switch values[name] {
                case .text(let text, let line):
                    ProfileTree.Member(name: name, line: line, tree: ProfileTree(line: line, .text(text)))
                case .table(let table): ProfileTree.Member(name: name, line: line, tree: table.tree)
                case nil: nil
                }
            }
            return ProfileTree(line: line, .table(members))
        }
    }

    private let characters: [Character]
    private var place = 0
    private var line = 1

    private init(_ text: String) { characters = Array(text) }

    /// What `text` says.
    ///
    /// - Throws: ``ProfileFileError`` with the line of the first mistake.
    static func tree(of text: String) throws(ProfileFileError) -> ProfileTree {
        var reader = TOMLReader(text)
        let root = Table(line: 1)
        var table = root
        while reader.skipToStatement() {
            if reader.next == "[" {
                table = try reader.header(in: root)
            } else {
                try reader.pair(into: table)
            }
            try reader.endOfLine()
        }
        guard !root.names.isEmpty else { throw ProfileFileError(line: 1, problem: .empty) }
        return root.tree
    }

    private var next: Character? { place < characters.count ? characters[place] : nil }

    private func mistake(_ words: String) -> ProfileFileError { ProfileFileError(line: line, problem: .notTOML(words)) }

    private mutating func skipSpaces() { while next == " " || next == "\t" { place += 1 } }

    /// Goes to the next line that says something; `false` at the end.
    private mutating func skipToStatement() -> Bool {
        while let character = next {
            if character == "#" {
                while next?.isNewline == false { place += 1 }
            } else if character.isNewline {
                line += 1
                place += 1
            } else if character == " " || character == "\t" {
                place += 1
            } else {
                return true
            }
        }
        return false
    }

    private mutating func endOfLine() throws(ProfileFileError) {
        skipSpaces()
        guard let next, next != "#", !next.isNewline else { return }
        throw mistake("something stands behind the value")
    }

    /// `[NAME]`
    private mutating func header(in root: Table) throws(ProfileFileError) -> Table {
        let start = line
        place += 1
        guard next != "[" else { throw mistake("a list of tables is no part of a profile") }
        var table = root
        for name in try path() { table = try inner(name, of: table, from: start) }
        guard next == "]" else { throw mistake("a ] is missing") }
        place += 1
        guard !table.isDefined else { throw ProfileFileError(line: start, problem: .nameTwice) }
        table.isDefined = true
        return table
    }

    /// `NAME = VALUE`
    private mutating func pair(into table: Table) throws(ProfileFileError) {
        let start = line
        var table = table
        let names = try path()
        for name in names.dropLast() { table = try inner(name, of: table, from: start) }
        guard next == "=" else { throw mistake("a = is missing") }
        place += 1
        skipSpaces()
        let name = names[names.count - 1]
        guard table.values[name] == nil else { throw ProfileFileError(line: start, problem: .nameTwice) }
        table.names.append((name, start))
        table.values[name] = try value()
    }

    /// The table called `name` in `table`, made where there is none.
    private func inner(_ name: String, of table: Table, from line: Int) throws(ProfileFileError) -> Table {
        switch table.values[name] {
        case .table(let inner): return inner
        case .text: throw ProfileFileError(line: line, problem: .nameTwice)
        case nil:
            let inner = Table(line: line)
            table.names.append((name, line))
            table.values[name] = .table(inner)
            return inner
        }
    }

    /// One name, or several with dots between them.
    private mutating func path() throws(ProfileFileError) -> [String] {
        var names: [String] = []
        while true {
            skipSpaces()
            switch next {
            case "\"", "'": names.append(try string())
            default:
                let name = word { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" }
                guard !name.isEmpty else { throw mistake("a name is wanted") }
                names.append(name)
            }
            skipSpaces()
            guard next == "." else { return names }
            place += 1
        }
    }

    private mutating func value() throws(ProfileFileError) -> Table.Value {
        let start = line
        switch next {
        case "\"", "'": return .text(try string(), line: start)
        case "{": return .table(try inlineTable())
        default:
            let text = word { $0.isASCII && ($0.isLetter || $0.isNumber) || "+-_.:".contains($0) }
            guard !text.isEmpty, text.first?.isLetter != true || ["true", "false", "inf", "nan"].contains(text) else {
                throw mistake("a text in quotation marks or a number is wanted")
            }
            return .text(text.filter { $0 != "_" }, line: start)
        }
    }

    /// `{NAME = VALUE, …}`
    private mutating func inlineTable() throws(ProfileFileError) -> Table {
        let table = Table(line: line)
        table.isDefined = true
        place += 1
        skipSpaces()
        guard next != "}" else {
            place += 1
            return table
        }
        while true {
            try pair(into: table)
            skipSpaces()
            defer { place += 1 }
            switch next {
            case ",": continue
            case "}": return table
            default: throw mistake("a } is missing")
            }
        }
    }

    private mutating func word(_ belongs: (Character) -> Bool) -> String {
        let start = place
        while let character = next, belongs(character) { place += 1 }
        return String(characters[start..<place])
    }

    /// A string on one line, in either kind of quotation marks.
    private mutating func string() throws(ProfileFileError) -> String {
        guard let mark = next else { throw mistake("a text is wanted") }
        place += 1
        if characters[place...].prefix(2).elementsEqual([mark, mark]) {
            throw mistake("a text of several lines is no part of a profile")
        }
        var text = ""
        while let character = next, !character.isNewline {
            place += 1
            if character == mark { return text }
            text.append(character == "\\" && mark == "\"" ? try escaped() : character)
        }
        throw mistake("a closing quotation mark is missing")
    }

    private mutating func escaped() throws(ProfileFileError) -> Character {
        defer { place += 1 }
        switch next {
        case "\"": return "\""
        case "\\": return "\\"
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case let mark? where mark == "u" || mark == "U":
            let digits = characters[(place + 1)...].prefix(mark == "u" ? 4 : 8)
            guard digits.count == (mark == "u" ? 4 : 8), let value = UInt32(String(digits), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw mistake("there is no such character") }
            place += digits.count
            return Character(scalar)
        default: throw mistake("there is no such escape")
        }
    }
}
