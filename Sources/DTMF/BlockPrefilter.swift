import CVector

/// A first look at 10 ms blocks, so that silence and most speech cost little.
///
/// Every criterion asks for at least one block of the press that is mostly pair, and a press of 24 ms or more fills at least
/// one block of the grid. A block that passes wakes the receiver, which goes back ``lookBackHops`` hops; so the gate decides when
/// work is done and never what is found. `GateTests` holds it to that.
struct BlockPrefilter: Sendable {
    /// Hops before a block that passes, from which on the receiver listens: 25 ms.
    static let lookBackHops = 10
    /// Least share of the pair in the block's energy. Half a block of tone beside half a block of burst still has it.
    private static let share: Float = 0.38
    /// Under this share not even dial tone 6 dB over the pair explains the rest.
    private static let shareUnderInterference: Float = 0.18
    private let minimumPower: Float
    private let twist: ClosedRange<Float>
    private let tables = DetectorTables.shared

    init(profile: DetectorProfile, minimumPower: Float) {
        // Half the block may be missing: a quarter of the power.
        self.minimumPower = minimumPower / 4
        // A neighbour's leakage and noise move the twist of one block by a few dB.
        func ratio(_ decibels: Double) -> Float { Float(Level.powerRatio(decibels: decibels)) }
        twist = ratio(profile.minimumTwist - 4)...ratio(profile.maximumTwist + 4)
    }

    /// Whether the block of ``Frame/window`` samples from `start` may belong to a key.
    func mayHoldKey(_ history: borrowing SampleHistory, from start: Int) -> Bool {
        var bins = Correlation()
        // Two tones at the least level hold this much, however the rest of the block looks.
        let leastEnergy = minimumPower * Float(Frame.window)
        let block = tables.windowTones.examine(history, at: start, leastEnergy: leastEnergy, bins: &bins)
        guard block.energy >= leastEnergy else { return false }
        guard block.high >= twist.lowerBound * block.low, block.high <= twist.upperBound * block.low else {
            return false
        }
        let pair = (block.low + block.high) * (2 / Float(Frame.window))
        guard pair >= Self.shareUnderInterference * block.energy_without_dc else { return false }
        if pair >= Self.share * block.energy_without_dc { return true }
        let interferers = tables.windowInterference.correlate(history, at: start)
        return pair >= Self.share
            * tables.model.energyLeft(tones: bins, interferers: interferers, energy: block.energy)
    }
}
