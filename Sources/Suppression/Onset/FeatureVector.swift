/// The features of a pair, each under its name.
struct FeatureVector: Sendable {
    private(set) var values = InlineArray<34, Float>(repeating: 0)

    subscript(_ feature: PairFeature) -> Float {
        get { values[feature.rawValue] }
        set { values[feature.rawValue] = newValue }
    }

    /// The log-odds by the model of any digit.
    var logOdds: Float { Self.onsetModel.sum(of: values) }

    /// The log-odds by the model of the next digit, for a pair `distance` dB above the level of the digits.
    func logOdds(ofNextDigitAt distance: Float) -> Float {
        var all = InlineArray<35, Float>(repeating: distance)
        let known = values.span
        for index in known.indices { all[index] = known[index] }
        return Self.nextDigitModel.sum(of: all)
    }

    private static let onsetModel = DenseNetwork(OnsetModel.weights, features: PairFeature.allCases.count)
    private static let nextDigitModel = DenseNetwork(NextDigitModel.weights, features: PairFeature.allCases.count + 1)

    /// Builds both models and checks their shapes, so that the first digit of a call allocates nothing.
    static func loadModels() {
        _ = onsetModel
        _ = nextDigitModel
    }
}
