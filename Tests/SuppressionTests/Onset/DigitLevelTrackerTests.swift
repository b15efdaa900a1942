import Glibc
import Testing

@testable import Suppression

/// What the levels of the digits before say about the next one.
@Suite struct DigitLevelTrackerTests {
    private func power(_ dB: Float) -> Float { pow(10, dB / 10) }

    private func level(of keys: [Float]) -> DigitLevelTracker {
        var level = DigitLevelTracker()
        for key in keys { level.learn(power(key)) }
        return level
    }

    @Test func `Before the first digit the level adds no log-odds`() {
        for dB in stride(from: Float(-60), through: 0, by: 3) {
            #expect(DigitLevelTracker().distance(of: power(dB)) == nil)
            for isAmidDigits in [false, true] {
                #expect(DigitLevelTracker().logOdds(of: power(dB), isAmidDigits: isAmidDigits) == 0)
            }
        }
    }

    @Test func `The log-odds are never negative`() {
        let known = level(of: [-20, -20.5, -19.8, -20.1])
        for dB in stride(from: Float(-80), through: 0, by: 0.5) {
            for isAmidDigits in [false, true] {
                #expect(known.logOdds(of: power(dB), isAmidDigits: isAmidDigits) >= 0)
            }
        }
    }

    @Test func `The log-odds rise towards the level of the digits, and are zero 8 dB off`() {
        for keys in [Float(-6), -20, -44] {
            let known = level(of: [keys - 0.3, keys + 0.4, keys, keys - 0.1, keys + 0.2])
            for (isAmidDigits, sign) in [(false, Float(1)), (false, -1), (true, 1), (true, -1)] {
                let odds = stride(from: Float(0), through: 8, by: 1).map {
                    known.logOdds(of: power(keys + sign * $0), isAmidDigits: isAmidDigits)
                }
                #expect(odds[0] > (isAmidDigits ? 5.5 : 2))
                #expect(zip(odds, odds.dropFirst()).allSatisfy { $0 >= $1 })
                #expect(odds[8] == 0)
            }
        }
    }

    @Test func `The distance of a pair is its level over the median in dB`() throws {
        let known = level(of: [-20.3, -19.8, -20, -20.1, -11])
        for dB in stride(from: Float(-60), through: 0, by: 3) {
            let distance = try #require(known.distance(of: power(dB)))
            #expect(abs(distance - (dB + 20)) < 0.01)
        }
    }

    @Test func `One digit counts less than three, and old digits less than recent ones`() {
        let (one, three) = (level(of: [-20]), level(of: [-20, -20, -20]))
        #expect(one.logOdds(of: power(-20), isAmidDigits: true) < three.logOdds(of: power(-20), isAmidDigits: true))
        #expect(three.logOdds(of: power(-20), isAmidDigits: false) < three.logOdds(of: power(-20), isAmidDigits: true))
    }

    @Test func `Digits whose level a codec spreads accept a pair within that spread`() {
        let (steady, spread) = (level(of: [-20, -20, -20, -20, -20]), level(of: [-24, -16, -20, -23, -17]))
        let near = power(-15)
        #expect(spread.logOdds(of: near, isAmidDigits: true) > steady.logOdds(of: near, isAmidDigits: true) + 2)
    }

    @Test func `A false digit among eight does not move the level, and is forgotten`() {
        var known = level(of: [-20, -20.2, -19.9, -8, -20.1, -20, -19.8, -20.3])
        #expect(known.logOdds(of: power(-20), isAmidDigits: true) > 5.5)
        #expect(known.logOdds(of: power(-8), isAmidDigits: true) == 0)
        for _ in 0..<8 { known.learn(power(-30)) }
        #expect(known.logOdds(of: power(-30), isAmidDigits: true) > 5.5)
        #expect(known.logOdds(of: power(-20), isAmidDigits: true) == 0)
    }
}
