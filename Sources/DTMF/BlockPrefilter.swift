import CVector

/// A prefilter of 10 ms blocks, so that silence and most speech cost little.
///
/// Every criterion asks for at least one block of the press that is mostly pair, and a press of 24 ms or more fills at
/// least one block of the grid. A block that passes wakes the detector, which goes back ``lookBackHops``. So the
/// prefilter decides when work is done and never what is found. `BlockPrefilterTests` compares detectors with and
/// without it.
struct BlockPrefilter: Sendable {
    /// Hops before a block that passes from which on the detector works: 25 ms.
    static let lookBackHops = 10
    /// Least share of the pair in the block's energy. Half a block of tone beside half a block of burst still has it.
    private static let toneRatio: Float = 0.38
    /// The same before interference is removed. With less, not even dial tone 6 dB over the pair explains the rest.
    private static let toneRatioUnderInterference: Float = 0.18
    /// Least power of a profile over that of a block: half of the samples may be missing, which is a quarter of the
    /// power.
    private static let missingPower: Float = 4
    /// What leakage and noise may add to the twist of one block, in dB.
    private static let twistMargin = 4.0

    private let minimumPower: Float
    /// Power of the high tone over that of the low one.
    private let twist: ClosedRange<Float>
    private let tables = DetectorTables.shared

    init(profile: DetectorProfile, minimumPower: Float) {
        self.minimumPower = minimumPower / Self.missingPower
        func ratio(_ decibels: Double) -> Float { Float(Level.powerRatio(decibels: decibels)) }
        twist = ratio(profile.minimumTwist - Self.twistMargin)...ratio(profile.maximumTwist + Self.twistMargin)
    }

    /// Whether the block of ``Frame/window`` samples from `start` may belong to a digit.
    func mayHoldKey(_ history: borrowing SampleHistory, from start: Int) -> Bool {
        var bins = Correlation()
        // Two tones at the least level hold this much energy, whatever the rest of the block holds.
        let leastEnergy = minimumPower * Float(Frame.window)
        let block = tables.windowTones.examine(history, at: start, leastEnergy: leastEnergy, bins: &bins)
        guard block.energy >= leastEnergy else { return false }
        guard block.high >= twist.lowerBound * block.low, block.high <= twist.upperBound * block.low else {
            return false
        }
        let pair = (block.low + block.high) * (2 / Float(Frame.window))
        guard pair >= Self.toneRatioUnderInterference * block.energy_without_dc else { return false }
        if pair >= Self.toneRatio * block.energy_without_dc { return true }
        let interference = tables.windowInterference.correlate(history, at: start)
        return pair >= Self.toneRatio
            * tables.model.energyLeft(tones: bins, interference: interference, energy: block.energy)
    }
}
