/// The early ear's measures each millisecond, as they are taught from (`Tools/teach`).
package struct EvidenceProbe {
    /// What was measured in one hop.
    package struct Reading {
        /// Milliseconds since the first sample.
        package var hop: Int
        /// What the network for any key makes of it, in log-odds, within -8 to 12.
        package var score: Float
        package var measures: InlineArray<34, Float>
        /// How far the pair lies over the level of the keys before, in dB, where the next key is due and may be this.
        package var distance: Float?
    }

    private var leg: Leg
    private var held = 0
    private var events: [SuppressionEvent] = []
    private let latency: Int

    /// - Parameter sampleRate: 8,000 to 48,000 samples a second.
    package init(sampleRate: Double) {
        let configuration = Suppressor.Configuration()
        leg = Leg(sampleRate: sampleRate, channel: 0, channels: 1, configuration: configuration)
        latency = configuration.latency(at: sampleRate)
    }

    /// Takes one sample; what was measured where it completes a hop in which there is a pair to weigh.
    package mutating func take(_ sample: Float) -> Reading? {
        events.removeAll(keepingCapacity: true)
        if held == latency { _ = leg.emit(echo: 0, &events) } else { held += 1 }
        guard leg.take(sample) else { return nil }
        leg.judge(echoes: [])
        defer { _ = leg.prove() }
        let ear = leg.suspicion
        let evidence = ear.evidence()
        guard evidence.pairPower > Suspicion.faintest, evidence.isWeighed else { return nil }
        return Reading(
            hop: ear.bank.hops, score: evidence.score, measures: evidence.measures.values,
            distance: ear.distance(ofDueKey: evidence))
    }
}
