/// The early ear's measures each millisecond, as they are taught from (`Tools/teach`).
package struct EvidenceProbe {
    /// What was measured in one hop.
    package struct Reading {
        /// Milliseconds since the first sample.
        package var hop: Int
        /// What the network makes of it, in log-odds, within -8 to 12.
        package var score: Float
        package var measures: InlineArray<34, Float>
    }

    private var ear: Suspicion

    /// - Parameter sampleRate: 8,000 to 48,000 samples a second.
    package init(sampleRate: Double) {
        ear = Suspicion(sampleRate: sampleRate, policy: .always, lookAhead: 0, echoes: 0)
    }

    /// Takes one sample; what was measured where it completes a hop in which there is a pair to weigh.
    package mutating func take(_ sample: Float) -> Reading? {
        guard ear.take(sample) else { return nil }
        let evidence = ear.evidence()
        guard evidence.pairPower > Suspicion.faintest, evidence.score > Evidence.least else { return nil }
        return Reading(hop: ear.bank.hops, score: evidence.score, measures: evidence.measures.values)
    }
}
