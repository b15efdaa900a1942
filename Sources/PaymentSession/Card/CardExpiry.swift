/// The last month in which a card is valid.
public struct CardExpiry: Sendable, Hashable, Comparable {
    /// Month, 1 to 12.
    public let month: Int
    /// Year, 2000 to 2099.
    public let year: Int

    /// Returns `nil` if `month` is outside 1 to 12 or `year` is outside 2000 to 2099.
    public init?(month: Int, year: Int) {
        guard (1...12).contains(month), (2000...2099).contains(year) else { return nil }
        self.month = month
        self.year = year
    }

    /// Whether a card of this expiry is valid in `month`. It is valid to the end of its last month.
    public func isValid(in month: CardExpiry) -> Bool { self >= month }

    /// `MM/YY`, as printed on the card.
    public var printed: String {
        let shortYear = year % 100
        return "\(month < 10 ? "0" : "")\(month)/\(shortYear < 10 ? "0" : "")\(shortYear)"
    }

    public static func < (left: Self, right: Self) -> Bool { (left.year, left.month) < (right.year, right.month) }
}
