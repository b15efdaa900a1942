import CVector

@testable import DTMF

/// A prefilter of 10 ms blocks. It makes silence and most speech cheap.
///
/// Every criterion requires at least one block of the press that is mostly pair. A press of 24 ms or more fills at
/// least one block of the grid. A block that passes wakes the detector, which goes back ``lookBackHops``. So the
/// prefilter decides when work is done, not what is found. `BlockPrefilterTests` compares detectors with and without
/// it.
struct BlockPrefilter: Sendable {
    /// Hops by which the detector goes back from a block that passes: 25 ms.
    static let lookBackHops = 10
    /// Least share of the pair in the block's energy. A block that is half tone and half burst still has it.
    private static let toneRatio: Float = 0.38
    /// The same before interference is removed. Below this share, even dial tone 6 dB above the pair does not explain
    /// the rest.
    private static let toneRatioUnderInterference: Float = 0.18
    /// Divisor from a profile's least power to that in one block. Half of the samples may be missing, which leaves a
    /// quarter of the power.
    private static let missingPower: Float = 4
    /// Margin in dB for what leakage and noise add to the twist of one block.
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
        // Two tones at the least level give this much energy or more, whatever else the block holds.
        let leastEnergy = minimumPower * Float(Frame.window)
        let block = tables.examine(history, at: start, leastEnergy: leastEnergy, bins: &bins)
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
