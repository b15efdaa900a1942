/// The features of a pair, in the order of the models' weights.
struct FeatureVector: Sendable {
    /// Number of features in a vector of the onset model.
    static let number = 34

    private(set) var values = InlineArray<34, Float>(repeating: 0)
    private var count = 0

    /// Adds the next features.
    ///
    /// The arguments are listed one by one. A variadic list would be an array, and the audio path allocates nothing.
    mutating func add(_ a: Float, _ b: Float, _ c: Float, _ d: Float? = nil, _ e: Float? = nil) {
        add(a)
        add(b)
        add(c)
        if let d { add(d) }
        if let e { add(e) }
    }

    private mutating func add(_ value: Float) {
        values[count] = value
        count += 1
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

    private static let onsetModel = DenseNetwork(
        means: OnsetModel.means, scales: OnsetModel.scales, inner: OnsetModel.inner,
        innerBias: OnsetModel.innerBias, outer: OnsetModel.outer, bias: OnsetModel.bias)
    private static let nextDigitModel = DenseNetwork(
        means: NextDigitModel.means, scales: NextDigitModel.scales, inner: NextDigitModel.inner,
        innerBias: NextDigitModel.innerBias, outer: NextDigitModel.outer, bias: NextDigitModel.bias)

    /// Builds both models, so that the first digit of a call allocates nothing.
    static func loadModels() {
        _ = onsetModel
        _ = nextDigitModel
    }
}
