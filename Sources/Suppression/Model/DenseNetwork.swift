internal import CVector

/// A trained network of one hidden layer.
///
/// Each feature is scaled and clipped to four deviations. One layer of units is cut at zero, and a weighted sum of the
/// units gives the log-odds.
struct DenseNetwork: Sendable {
    private let means: [Float]
    private let scales: [Float]
    /// Weights of all features to the first eight units, to the next eight, and so on: eight units are computed at a
    /// time.
    private let inner: [Float]
    private let innerBias: [Float]
    private let outer: [Float]
    private let bias: Float

    /// The network of `weights`, for as many features.
    init(_ weights: ModelWeights, features: Int) {
        precondition(weights.means.count == features, "the weights are those of the features")
        self.init(
            means: weights.means, scales: weights.scales, inner: weights.inner, innerBias: weights.innerBias,
            outer: weights.outer, bias: weights.bias)
    }

    /// - Parameters:
    ///   - means: Mean of each feature, which is subtracted; at most 64 features.
    ///   - scales: One over the standard deviation of each feature.
    ///   - inner: Weights from each feature to the units, feature by feature.
    ///   - innerBias: Bias of each unit; their number is a multiple of eight.
    ///   - outer: Weights from the units to the sum.
    ///   - bias: Bias of the sum.
    init(means: [Float], scales: [Float], inner: [Float], innerBias: [Float], outer: [Float], bias: Float) {
        let units = outer.count
        precondition(
            units % 8 == 0 && innerBias.count == units && scales.count == means.count && means.count <= 64
                && inner.count == means.count * units, "the weights have the shape of the network")
        self.means = means
        self.scales = scales
        var rows: [Float] = []
        for group in 0..<units / 8 {
            for feature in means.indices {
                let first = units * feature + 8 * group
                rows += inner[first..<first + 8]
            }
        }
        self.inner = rows
        self.innerBias = innerBias
        self.outer = outer
        self.bias = bias
    }

    /// The log-odds of the first features in `features`, as many as the network was trained on.
    func sum<let count: Int>(of features: InlineArray<count, Float>) -> Float {
        precondition(features.count >= means.count, "every feature is there")
        return unsafe features.span.withUnsafeBufferPointer { features in
            unsafe tonewall_run_network(
                features.baseAddress, means, scales, inner, innerBias, outer, bias, means.count, outer.count / 8)
        }
    }
}

/// The weights of a model as `Tools/train/train` writes them.
struct ModelWeights: Sendable {
    /// Mean of each feature in the training data, and one over its standard deviation.
    var means: [Float]
    var scales: [Float]
    /// Weights from each feature to the units, feature by feature, and the bias of each unit.
    var inner: [Float]
    var innerBias: [Float]
    /// Weights from the units to the sum, and its bias.
    var outer: [Float]
    var bias: Float
}
