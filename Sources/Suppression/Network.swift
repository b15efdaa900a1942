/// A taught network: measures, each scaled and held within four deviations, one layer of units that are cut at zero, and their sum.
struct Network: Sendable {
    private let means: [Float]
    private let scales: [Float]
    /// Units are worked out eight at a time: the weights of all measures to the first eight, to the next eight, and so on.
    private let inner: [Lanes]
    private let innerBias: [Lanes]
    private let outer: [Float]
    private let bias: Float

    /// - Parameters:
    ///   - means: What is taken from each measure.
    ///   - scales: By what the rest is multiplied.
    ///   - inner: Weights from each measure to the units, measure by measure.
    ///   - innerBias: What each unit adds; there are eight, sixteen, … of them.
    ///   - outer: Weights from the units to the sum.
    ///   - bias: What is added to the sum.
    init(means: [Float], scales: [Float], inner: [Float], innerBias: [Float], outer: [Float], bias: Float) {
        let units = outer.count
        let groups = 0..<units / 8
        self.means = means
        self.scales = scales
        self.inner = groups.flatMap { group in
            means.indices.map { measure in Lanes { Double(inner[units * measure + 8 * group + $0]) } }
        }
        self.innerBias = groups.map { group in Lanes { Double(innerBias[8 * group + $0]) } }
        self.outer = outer
        self.bias = bias
    }

    /// What it makes of the first measures in `measures`, as many as it was taught.
    func sum<let count: Int>(of measures: InlineArray<count, Float>) -> Float {
        var held = InlineArray<count, Float>(repeating: 0)
        for index in means.indices {
            held[index] = Swift.min(Swift.max((measures[index] - means[index]) * scales[index], -4), 4)
        }
        var sum = bias
        for group in innerBias.indices {
            var units = innerBias[group]
            for index in means.indices {
                units = units + Lanes(repeating: held[index]) * inner[means.count * group + index]
            }
            for lane in 0..<8 { sum += Swift.max(units[lane], 0) * outer[8 * group + lane] }
        }
        return sum
    }
}
