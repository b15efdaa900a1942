/// The early ear's measures each millisecond, as they are taught from (`Tools/teach`).
package struct EvidenceProbe {
    /// Measures of a pair.
    package static let measures = Measures.number

    /// What was measured in one hop.
    package struct Reading {
        /// Milliseconds since the first sample.
        package var hop: Int
        /// What the network makes of it, in log-odds, within -8 to 12.
        package var score: Float
        package var measures: InlineArray<34, Float>
    }

    private var bank: ToneBank
    private let surroundings: Surroundings
    private let sampleRate: Double
    private var recent = [Float](repeating: 0, count: 1024)
    private var taken = 0

    /// - Parameter sampleRate: 8,000 to 48,000 samples a second.
    package init(sampleRate: Double) {
        bank = ToneBank(sampleRate: sampleRate)
        surroundings = Surroundings(sampleRate: sampleRate, hop: bank.hop)
        self.sampleRate = sampleRate
    }

    /// Takes one sample; what was measured where it completes a hop in which there is a pair to weigh.
    package mutating func take(_ sample: Float) -> Reading? {
        recent[taken & 1023] = sample
        taken += 1
        guard bank.take(sample) else { return nil }
        let (recent, first) = (recent, taken - 16 * bank.hop)
        let evidence = Evidence(bank, sampleRate: sampleRate, surroundings: surroundings) {
            recent[(first + $0) & 1023]
        }
        guard evidence.pairPower > Suspicion.faintest, evidence.score > Evidence.least else { return nil }
        return Reading(hop: bank.hops, score: evidence.score, measures: evidence.measures.values)
    }
}
