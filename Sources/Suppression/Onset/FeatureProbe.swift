/// The onset detector's features of each millisecond, for training (`Tools/teach`).
package struct FeatureProbe {
    /// The features of one hop.
    package struct Reading {
        /// Milliseconds since the first sample.
        package var hop: Int
        /// The score of the onset model, log-odds from −8 to 12.
        package var score: Float
        package var features: InlineArray<34, Float>
        /// Level of the pair relative to the digits before, in dB, if the next digit is due and the pair may be that
        /// digit.
        package var nextDigitLevel: Float?
    }

    private var suppressor: ChannelSuppressor
    private var held = 0
    private var events: [SuppressionEvent] = []
    private let latency: Int

    /// - Parameter sampleRate: 8,000 to 48,000 samples a second.
    package init(sampleRate: Double) {
        let configuration = Suppressor.Configuration()
        suppressor = ChannelSuppressor(sampleRate: sampleRate, channel: 0, channels: 1, configuration: configuration)
        latency = configuration.latency(at: sampleRate)
    }

    /// Takes one sample. Returns a reading if the sample completes a hop that holds a pair.
    package mutating func take(_ sample: Float) -> Reading? {
        events.removeAll(keepingCapacity: true)
        if held == latency { _ = suppressor.emit(echo: 0, &events) } else { held += 1 }
        guard suppressor.take(sample) else { return nil }
        suppressor.judge(echoes: [])
        defer { _ = suppressor.confirm() }
        let detector = suppressor.onsetDetector
        let features = detector.features()
        guard features.pairPower > OnsetDetector.leastPairPower, features.isMeasured else { return nil }
        return Reading(
            hop: detector.bank.hops, score: features.score, features: features.vector.values,
            nextDigitLevel: detector.nextDigitLevel(of: features))
    }
}
