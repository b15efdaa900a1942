/// All that may be kept of a card; an attempt is recorded with it.
public struct CardFacts: Sendable, Hashable {
    /// The scheme.
    public let brand: CardBrand
    /// The last four digits.
    public let lastFour: String
    /// The last month in which the card is valid.
    public let expiry: CardExpiry

    public init(brand: CardBrand, lastFour: String, expiry: CardExpiry) {
        self.brand = brand
        self.lastFour = lastFour
        self.expiry = expiry
    }

    /// What may be kept of `card`.
    public init(_ card: borrowing CardDetails) {
        self.init(brand: card.brand, lastFour: card.lastFour, expiry: card.expiry)
    }
}
