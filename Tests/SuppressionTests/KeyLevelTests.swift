import Glibc
import Testing

@testable import Suppression

/// What the level of the keys before says of the next.
@Suite struct KeyLevelTests {
    private func power(_ dB: Float) -> Float { pow(10, dB / 10) }

    private func level(of keys: [Float]) -> KeyLevel {
        var level = KeyLevel()
        for key in keys { level.learn(power(key)) }
        return level
    }

    @Test func `Where no key was heard it says nothing`() {
        for dB in stride(from: Float(-60), through: 0, by: 3) {
            #expect(KeyLevel().distance(of: power(dB)) == nil)
            for isAmidKeys in [false, true] {
                #expect(KeyLevel().logOdds(of: power(dB), isAmidKeys: isAmidKeys) == 0)
            }
        }
    }

    @Test func `It never speaks against a pair`() {
        let known = level(of: [-20, -20.5, -19.8, -20.1])
        for dB in stride(from: Float(-80), through: 0, by: 0.5) {
            for isAmidKeys in [false, true] {
                #expect(known.logOdds(of: power(dB), isAmidKeys: isAmidKeys) >= 0)
            }
        }
    }

    @Test func `It speaks for a pair the more, the nearer it is to the keys, and says nothing 8 dB off`() {
        for keys in [Float(-6), -20, -44] {
            let known = level(of: [keys - 0.3, keys + 0.4, keys, keys - 0.1, keys + 0.2])
            for (isAmidKeys, sign) in [(false, Float(1)), (false, -1), (true, 1), (true, -1)] {
                let odds = stride(from: Float(0), through: 8, by: 1).map {
                    known.logOdds(of: power(keys + sign * $0), isAmidKeys: isAmidKeys)
                }
                #expect(odds[0] > (isAmidKeys ? 5.5 : 2))
                #expect(zip(odds, odds.dropFirst()).allSatisfy { $0 >= $1 })
                #expect(odds[8] == 0)
            }
        }
    }

    @Test func `A pair lies over the level of the keys by as many decibels as it is louder`() throws {
        let known = level(of: [-20.3, -19.8, -20, -20.1, -11])
        for dB in stride(from: Float(-60), through: 0, by: 3) {
            let distance = try #require(known.distance(of: power(dB)))
            #expect(abs(distance - (dB + 20)) < 0.01)
        }
    }

    @Test func `One key is trusted less than three, and keys of long ago less than those of the last seconds`() {
        let (one, three) = (level(of: [-20]), level(of: [-20, -20, -20]))
        #expect(one.logOdds(of: power(-20), isAmidKeys: true) < three.logOdds(of: power(-20), isAmidKeys: true))
        #expect(three.logOdds(of: power(-20), isAmidKeys: false) < three.logOdds(of: power(-20), isAmidKeys: true))
    }

    @Test func `Keys that a codec spreads count as near within their spread`() {
        let (steady, spread) = (level(of: [-20, -20, -20, -20, -20]), level(of: [-24, -16, -20, -23, -17]))
        let near = power(-15)
        #expect(spread.logOdds(of: near, isAmidKeys: true) > steady.logOdds(of: near, isAmidKeys: true) + 2)
    }

    @Test func `What was no key among eight does not move the level, and is forgotten`() {
        var known = level(of: [-20, -20.2, -19.9, -8, -20.1, -20, -19.8, -20.3])
        #expect(known.logOdds(of: power(-20), isAmidKeys: true) > 5.5)
        #expect(known.logOdds(of: power(-8), isAmidKeys: true) == 0)
        for _ in 0..<8 { known.learn(power(-30)) }
        #expect(known.logOdds(of: power(-30), isAmidKeys: true) > 5.5)
        #expect(known.logOdds(of: power(-20), isAmidKeys: true) == 0)
    }
}
