internal import Glibc
internal import DTMF

/// How one tone of a pair changed in the last 16 ms, and how it differs from the sound before.
struct ToneTrack {
    /// Frequency error in percent of nominal, from the advance in phase between two windows of 8 ms.
    var deviation: Float
    /// Difference of the frequency error between the newer and the older half of that time, in percent.
    var wander: Float
    /// Change of level from the older 8 ms to the newer 8 ms in dB: its magnitude, and its two steps with their signs.
    var change: Float
    var newerStep: Float
    var olderStep: Float
    /// Power relative to this frequency 20 ms before, and relative to its maximum 20 to 100 ms before, in dB.
    var rise: Float
    var longRise: Float

    /// Largest frequency error in percent and largest change of level in dB of a steady digit.
    private static let steadyDeviation: Float = 2.2
    private static let steadyChange: Float = 2.5
    /// Ages in hops of the windows before the pair.
    private static let agesBefore = stride(from: 20, to: 100, by: 8)

    /// Whether frequency and level are as steady as those of a digit.
    var isSteady: Bool { abs(deviation) < Self.steadyDeviation && change < Self.steadyChange }

    init(_ bank: borrowing ToneBank, lane: Int, power: Float) {
        let (hop, tables) = (bank.hop, bank.tables)
        let (newest, middle, oldest) = (bank.eight(age: 0), bank.eight(age: 4), bank.eight(age: 8))
        let hz = ToneFrequency.all[lane]
        func deviation(_ newer: ComplexFloat8, _ older: ComplexFloat8, _ hops: Int, _ turn: SIMD2<Double>) -> Float {
            let seconds = Double(hops * hop) / tables.sampleRate
            let re = Double(newer.re[lane] * older.re[lane] + newer.im[lane] * older.im[lane])
            let im = Double(newer.im[lane] * older.re[lane] - newer.re[lane] * older.im[lane])
            // The measured advance minus the nominal one.
            let rest = atan2(im * turn[0] - re * turn[1], re * turn[0] + im * turn[1])
            return Float(100 * rest / (2 * Double.pi * seconds) / hz)
        }
        self.deviation = deviation(newest, oldest, 8, tables.turns8[lane])
        let turn = tables.turns4[lane]
        wander = abs(deviation(newest, middle, 4, turn) - deviation(middle, oldest, 4, turn))
        let level = dB(bank.power8(age: 0)[lane])
        let (before, longBefore) = (dB(bank.power8(age: 4)[lane]), dB(bank.power8(age: 8)[lane]))
        change = abs(level - longBefore)
        (newerStep, olderStep) = (level - before, before - longBefore)
        var most: Float = 0
        for age in Self.agesBefore { most = max(most, bank.power16(age: age)[lane]) }
        rise = dB(power) - dB(bank.power16(age: 20)[lane])
        longRise = dB(power) - dB(most)
    }
}
