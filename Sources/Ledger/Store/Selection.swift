/// Which rows of a table are wanted, and in which order: what every store can answer.
package struct Selection: Sendable, Hashable {
    /// What a row must be; all conditions must hold.
    package enum Condition: Sendable, Hashable {
        /// The column holds this; nothing is equal to no value.
        case equals(String, Field)
        /// The column holds one of these words; they are the program's own, not a user's.
        case isOneOf(String, [String])
        /// The column holds something.
        case isSet(String)
        /// The column holds a number in this range.
        case isWithin(String, Range<Int>)
    }

    /// A column by which rows are ordered: numbers by size, texts by their bytes, no value first.
    package struct Order: Sendable, Hashable {
        package var column: String
        package var isDescending = false
    }

    package private(set) var conditions: [Condition] = []
    package private(set) var order: [Order] = []

    /// Every row, in no order.
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
