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
    private var received = 0
    private var block: [Float]
    private var removed: RemovedTone
    private var events: [SuppressionEvent] = []
    private let latency: Int

    /// - Parameter sampleRate: 8,000 to 48,000 samples a second.
    package init(sampleRate: Double) {
        let configuration = Suppressor.Configuration()
        latency = configuration.latency(at: sampleRate)
        suppressor = ChannelSuppressor(
            sampleRate: sampleRate, channel: 0, channels: 1, configuration: configuration, kept: 0, ahead: 1)
        removed = RemovedTone(keeping: 1, factor: 1)
        block = [0]
    }

    /// Takes one sample. Returns a reading if the sample completes a hop that holds a pair.
    package mutating func take(_ sample: Float) -> Reading? {
        events.removeAll(keepingCapacity: true)
        if received >= latency { suppressor.emit(1, echo: nil, into: &block, removed: &removed, &events) }
        block[0] = sample
        suppressor.store(block, 0..<1)
        received += 1
        guard received % suppressor.hop == 0 else { return nil }
        suppressor.takeHop()
        suppressor.judge(echoes: [], isEchoExpected: false)
        defer { _ = suppressor.confirm() }
        let detector = suppressor.onsetDetector
        let features = suppressor.features
        guard features.pairPower > OnsetDetector.leastPairPower, features.isMeasured else { return nil }
        return Reading(
            hop: detector.bank.hops, score: features.score, features: features.vector.values,
            nextDigitLevel: detector.nextDigitLevel(of: features))
    }
}
