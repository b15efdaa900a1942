/// A search query: clauses such as `status:'succeeded'`, `metadata['order']:'6'`, `amount>100`, joined by AND or by OR.
struct SearchQuery: Sendable {
    private enum Comparison: String, CaseIterable {
        case notLess = ">="
        case notMore = "<="
        case equal = ":"
        case contains = "~"
        case more = ">"
        case less = "<"
    }

    private struct Clause {
        var path: [String]
        var comparison: Comparison
        var value: String
        var isNegated: Bool
    }

    private let clauses: [Clause]
    private let needsAll: Bool

    /// - Throws: ``APIError`` where the query cannot be read, or mixes AND with OR.
    init(_ text: String) throws(APIError) {
        let pieces = Self.pieces(of: text)
        let joints = pieces.filter { ["AND", "OR"].contains($0.uppercased()) }.map { $0.uppercased() }
        guard Set(joints).count <= 1 else { throw Self.unreadable("AND and OR cannot be mixed") }
        needsAll = joints.first != "OR"
        var clauses: [Clause] = []
        for piece in pieces where !["AND", "OR"].contains(piece.uppercased()) { clauses.append(try Self.clause(piece)) }
        guard !clauses.isEmpty else { throw Self.unreadable("it is empty") }
        self.clauses = clauses
    }

    /// Whether `object` answers the query.
    func matches(_ object: JSON) -> Bool {
        needsAll ? clauses.allSatisfy { Self.holds($0, object) } : clauses.contains { Self.holds($0, object) }
    }

    /// The text cut at spaces outside quotation marks.
    private static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var quote: Character?
        for character in text {
            if character == " ", quote == nil {
                if !piece.isEmpty { pieces.append(piece) }
                piece = ""
                continue
            }
            if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            }
            piece.append(character)
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    private static func clause(_ text: String) throws(APIError) -> Clause {
        let isNegated = text.hasPrefix("-")
        let text = isNegated ? String(text.dropFirst()) : text
        var comparison: Comparison?
        var split: (field: Substring, value: Substring)?
        var depth = 0
        for index in text.indices {
            if text[index] == "[" { depth += 1 }
            if text[index] == "]" { depth -= 1 }
            guard depth == 0, let found = Comparison.allCases.first(where: { text[index...].hasPrefix($0.rawValue) })
            else { continue }
            comparison = found
            split = (text[..<index], text[index...].dropFirst(found.rawValue.count))
            break
        }
        guard let comparison, let split, !split.field.isEmpty, !split.value.isEmpty else {
            throw unreadable("a clause has the shape field:'value'")
        }
        let unquoted = { (part: Substring) in String(part.filter { $0 != "'" && $0 != "\"" }) }
        let path: [String] =
            if let bracket = split.field.firstIndex(of: "["), split.field.last == "]" {
                [String(split.field[..<bracket]), unquoted(split.field[bracket...].dropFirst().dropLast())]
            } else {
                split.field.split(separator: ".").map(String.init)
            }
        return Clause(path: path, comparison: comparison, value: unquoted(split.value), isNegated: isNegated)
    }

    private static func holds(_ clause: Clause, _ object: JSON) -> Bool {
        let found = clause.path.reduce(object as JSON?) { $0?[$1] }
        return compare(found, clause) != clause.isNegated
    }

    private static func compare(_ found: JSON?, _ clause: Clause) -> Bool {
        switch found {
        case .string(let text):
            return switch clause.comparison {
            case .equal: text.lowercased() == clause.value.lowercased()
            case .contains: text.lowercased().contains(clause.value.lowercased())
            default: false
            }
        case .int(let number):
            guard let value = Int(clause.value) else { return false }
            return switch clause.comparison {
            case .equal: number == value
            case .more: number > value
            case .less: number < value
            case .notLess: number >= value
            case .notMore: number <= value
            case .contains: false
            }
        case .bool(let value): return clause.comparison == .equal && String(value) == clause.value
        case .null, nil: return clause.value == "null"
        default: return false
        }
    }

    private static func unreadable(_ why: String) -> APIError {
        .invalid("The query cannot be read: \(why).", parameter: "query")
    }
}
