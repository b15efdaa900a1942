internal import Glibc
internal import DTMF

/// How one tone of a pair changed in the last 16 ms, and how it differs from the sound before.
struct ToneTrack {
    /// Frequency error in percent of nominal, from the advance in phase between two windows of 8 ms.
    var deviation: Float
    /// Level over the newer and the older 8 ms, in dB.
    var newer: Float
    var older: Float

    /// Largest frequency error in percent and largest change of level in dB of a steady digit.
    private static let steadyDeviation: Float = 2.2
    private static let steadyChange: Float = 2.5
    /// Ages in hops of the windows before the pair.
    private static let agesBefore = stride(from: 20, to: 100, by: 8)

    /// Size of the change of level, in dB.
    var change: Float { abs(newer - older) }

    /// Whether frequency and level are as steady as those of a digit.
    var isSteady: Bool { abs(deviation) < Self.steadyDeviation && change < Self.steadyChange }

    init(_ bank: borrowing ToneBank, lane: Int) {
        deviation = Self.deviation(bank, lane: lane, newer: 0, older: 8, bank.tables.turns8[lane])
        (newer, older) = (dB(bank.power8[lane]), dB(bank.power8(age: 8)[lane]))
    }

    /// Frequency error in percent between the windows that ended `newer` and `older` hops ago. `turn` is the nominal
    /// one between them.
    private static func deviation(
        _ bank: borrowing ToneBank, lane: Int, newer: Int, older: Int, _ turn: SIMD2<Double>
    ) -> Float {
        let seconds = Double((older - newer) * bank.hop) / bank.tables.sampleRate
        let (a, b) = (bank.eight(age: newer), bank.eight(age: older))
        let re = Double(a.re[lane] * b.re[lane] + a.im[lane] * b.im[lane])
        let im = Double(a.im[lane] * b.re[lane] - a.re[lane] * b.im[lane])
        // The measured advance minus the nominal one.
        let rest = atan2(im * turn[0] - re * turn[1], re * turn[0] + im * turn[1])
        return Float(100 * rest / (2 * Double.pi * seconds) / ToneFrequency.all[lane])
    }

    /// Difference of the frequency error between the newer and the older half of the 16 ms, in percent.
    static func wander(_ bank: borrowing ToneBank, lane: Int) -> Float {
        let turn = bank.tables.turns4[lane]
        return abs(
            deviation(bank, lane: lane, newer: 0, older: 4, turn)
                - deviation(bank, lane: lane, newer: 4, older: 8, turn))
    }

    /// Power of each tone of the bank 20 ms before, and its maximum 20 to 100 ms before.
    static func powersBefore(_ bank: borrowing ToneBank) -> (last: Float8, most: Float8) {
        var most = Float8(repeating: 0)
        for age in agesBefore {
            let power = bank.power16(age: age)
            most.replace(with: power, where: power .> most)
        }
        return (bank.power16(age: 20), most)
    }
}
