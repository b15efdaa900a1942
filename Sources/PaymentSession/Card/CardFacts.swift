/// The facts about a card that may be kept. Every attempt is recorded with them.
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

    /// The facts about `card` that may be kept.
    public init(_ card: borrowing CardDetails) {
        self.init(brand: card.brand, lastFour: card.lastFour, expiry: card.expiry)
    }
}
