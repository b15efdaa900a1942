import DTMF

/// What the kernel of ``DenseNetwork`` must compute: a network of one hidden layer.
///
/// Each feature is scaled and clipped to four deviations. One layer of units is cut at zero, and a weighted sum of the
/// units gives the log-odds.
struct DenseNetworkSpecification {
    /// Largest magnitude of a scaled feature, in standard deviations.
    private static let largestDeviation: Float = 4

    private let means: [Float]
    private let scales: [Float]
    /// Weights of all features to the first eight units, to the next eight, and so on: eight units are computed at a
    /// time.
    private let inner: [Float8]
    private let innerBias: [Float8]
    private let outer: [Float]
    private let bias: Float

    /// - Parameters:
    ///   - means: Mean of each feature, which is subtracted.
    ///   - scales: One over the standard deviation of each feature.
    ///   - inner: Weights from each feature to the units, feature by feature.
    ///   - innerBias: Bias of each unit; their number is a multiple of eight.
    ///   - outer: Weights from the units to the sum.
    ///   - bias: Bias of the sum.
    init(means: [Float], scales: [Float], inner: [Float], innerBias: [Float], outer: [Float], bias: Float) {
        let units = outer.count
        precondition(
            units % 8 == 0 && innerBias.count == units && scales.count == means.count
                && inner.count == means.count * units, "the weights have the shape of the network")
        let groups = 0..<units / 8
        self.means = means
        self.scales = scales
        self.inner = groups.flatMap { group in
            means.indices.map { feature in Float8 { Double(inner[units * feature + 8 * group + $0]) } }
        }
        self.innerBias = groups.map { group in Float8 { Double(innerBias[8 * group + $0]) } }
        self.outer = outer
        self.bias = bias
    }

    /// The log-odds of the first features in `features`, as many as the network was trained on.
    func sum<let count: Int>(of features: InlineArray<count, Float>) -> Float {
        let most = Self.largestDeviation
        var scaled = InlineArray<count, Float>(repeating: 0)
        for index in means.indices {
            scaled[index] = Swift.min(Swift.max((features[index] - means[index]) * scales[index], -most), most)
        }
        var sum = bias
        for group in innerBias.indices {
            var units = innerBias[group]
            for index in means.indices {
                units = units + Float8(repeating: scaled[index]) * inner[means.count * group + index]
            }
            for lane in 0..<8 { sum += Swift.max(units[lane], 0) * outer[8 * group + lane] }
        }
        return sum
    }
}
