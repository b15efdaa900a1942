/// Selects and orders rows of a table. Every store supports it.
package struct Selection: Sendable, Hashable {
    /// A condition on a row. All conditions must hold.
    package enum Condition: Sendable, Hashable {
        /// The column has this value. An absent value equals nothing.
        case equals(String, Field)
        /// The column has one of these words. They are words of the program, not of a user.
        case isOneOf(String, [String])
        /// The column has a value.
        case isSet(String)
        /// The column holds a number in this range.
        case isWithin(String, Range<Int>)
    }

    /// A column that orders rows: absent values first, numbers by size, texts by their bytes.
    package struct Order: Sendable, Hashable {
        package var column: String
        package var isDescending = false
    }

    package private(set) var conditions: [Condition] = []
    package private(set) var order: [Order] = []

    /// Every row, in any order.
    package static let all = Selection()

    package static func rows(where conditions: Condition...) -> Selection {
        var selection = Selection()
        selection.conditions = conditions
        return selection
    }

    package func ordered(by columns: String...) -> Selection {
        var selection = self
        selection.order += columns.map { Order(column: $0) }
        return selection
    }

    package func newestFirst(by column: String) -> Selection {
        var selection = self
        selection.order.append(Order(column: column, isDescending: true))
        return selection
    }
}
