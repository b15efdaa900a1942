extension Range<Int> {
    /// The least range that holds both.
    func covering(_ other: Self) -> Self {
        Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
    }
}
