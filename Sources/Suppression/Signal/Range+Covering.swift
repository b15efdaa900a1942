extension Range<Int> {
    /// The smallest range that contains both ranges.
    func covering(_ other: Self) -> Self {
        Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
    }
}
