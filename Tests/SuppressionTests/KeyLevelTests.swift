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
            for last in LastKey.all { #expect(KeyLevel().logOdds(of: power(dB), after: last) == 0) }
        }
    }

    @Test func `It never speaks against a pair`() {
        let known = level(of: [-20, -20.5, -19.8, -20.1])
        for dB in stride(from: Float(-80), through: 0, by: 0.5) {
            for last in LastKey.all { #expect(known.logOdds(of: power(dB), after: last) >= 0) }
        }
    }

    @Test func `It speaks for a pair the more, the nearer it is to the keys, and next to nothing 8 dB off`() {
        for keys in [Float(-6), -20, -44] {
            let known = level(of: [keys - 0.3, keys + 0.4, keys, keys - 0.1, keys + 0.2])
            for (last, sign) in zip(LastKey.all + LastKey.all, [Float(1), 1, 1, -1, -1, -1]) {
                let odds = stride(from: Float(0), through: 8, by: 1).map {
                    known.logOdds(of: power(keys + sign * $0), after: last)
                }
                #expect(odds[0] > (last == .longAgo ? 2 : last == .secondsAgo ? 5.5 : 9.5))
                #expect(zip(odds, odds.dropFirst()).allSatisfy { $0 >= $1 })
                #expect(odds[8] == (last == .justNow ? 1 : 0))
            }
        }
    }

    @Test func `One key is trusted less than three, and keys of long ago less than those of a moment ago`() {
        let (one, three) = (level(of: [-20]), level(of: [-20, -20, -20]))
        #expect(one.logOdds(of: power(-20), after: .secondsAgo) < three.logOdds(of: power(-20), after: .secondsAgo))
        let odds = LastKey.all.map { three.logOdds(of: power(-20), after: $0) }
        #expect(zip(odds, odds.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `Keys that a codec spreads count as near within their spread`() {
        let (steady, spread) = (level(of: [-20, -20, -20, -20, -20]), level(of: [-24, -16, -20, -23, -17]))
        let near = power(-15)
        #expect(spread.logOdds(of: near, after: .secondsAgo) > steady.logOdds(of: near, after: .secondsAgo) + 2)
    }

    @Test func `What was no key among eight does not move the level, and is forgotten`() {
        var known = level(of: [-20, -20.2, -19.9, -8, -20.1, -20, -19.8, -20.3])
        #expect(known.logOdds(of: power(-20), after: .secondsAgo) > 5.5)
        #expect(known.logOdds(of: power(-8), after: .secondsAgo) == 0)
        for _ in 0..<8 { known.learn(power(-30)) }
        #expect(known.logOdds(of: power(-30), after: .secondsAgo) > 5.5)
        #expect(known.logOdds(of: power(-20), after: .secondsAgo) == 0)
    }
}

extension LastKey {
    /// All of them, longest ago first.
    fileprivate static let all: [LastKey] = [.longAgo, .secondsAgo, .justNow]
}
