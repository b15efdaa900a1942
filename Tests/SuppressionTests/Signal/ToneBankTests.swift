import DTMF
import Glibc
import Support
import Testing

@testable import Suppression

/// The tone bank's kernel against the arithmetic that it stands for, to the bit, and its screen.
@Suite(.ownThread) struct ToneBankTests {
    @Test(arguments: [8000.0, 8820, 11025, 15999], [UInt64.random(in: 0...999_999), 1])
    func `Powers are those of the specification to the bit`(rate: Double, seed: UInt64) {
        let sound = HostileSound(seed: seed, seconds: 6, rate: rate)
        var (bank, plain) = (ToneBank(sampleRate: rate), ToneBankSpecification(sampleRate: rate))
        var overdriven = ToneBankSpecification(sampleRate: rate)
        var ring = SampleRing(keeping: 1024)
        for sample in sound.samples {
            ring.append(sample)
            _ = overdriven.take(max(-1, min(1, TalkOffGuard.drive * sample)))
            guard plain.take(sample) else { continue }
            bank.takeHop(ring)
            #expect(bank.hops == plain.hops)
            var isSame = bank.power12 == plain.power12 && bank.sharpPower12 == plain.sharpPower12
            for age in [0, 1, 4, 8, 31] { isSame = isSame && bank.power8(age: age) == plain.power8(age: age) }
            for age in [0, 7] { isSame = isSame && bank.power16(age: age) == plain.power16(age: age) }
            for age in [8, 20, 92, 96] {
                isSame = isSame && bank.power16(age: age) == Self.kept(plain.power16(age: age))
            }
            isSame = isSame && bank.total(length: 96, age: 20) == plain.total(length: 96, age: 20)
            for pieces in 1...5 { isSame = isSame && bank.power(pieces: pieces) == plain.power(pieces: pieces) }
            // The overdriven sound is renewed while a receiver model may ask for it.
            if bank.hops >= 40, bank.total(length: 8) > TalkOffGuard.leastPower, bank.isClipped(within: 40) {
                isSame = isSame && bank.power(pieces: 5, of: .overdriven) == overdriven.power(pieces: 5)
                isSame = isSame && bank.total(length: 40, of: .overdriven) == overdriven.total(length: 40)
            }
            if !isSame {
                Issue.record("rate \(rate), seed \(seed), hop \(bank.hops)")
                return
            }
        }
    }

    /// Powers as 16 bits keep them: the exponent and ten bits of the fraction, from 2^−52 to 2^12.
    private static func kept(_ powers: Float8) -> Float8 {
        Float8 { lane in
            let code = (Int(powers[lane].bitPattern) + 1 << 12 - 75 << 23) >> 13
            return code <= 0 ? 0 : Double(Float(bitPattern: UInt32(min(code, 0xFFFF) << 13 + 75 << 23)))
        }
    }

    @Test func `Older powers are kept to 0.002 dB`() {
        var random = SeededGenerator(seed: 26)
        for _ in 0..<1000 {
            let power = pow(10, Float.random(in: -15...3, using: &random))
            #expect(abs(10 * log10(Self.kept(Float8(repeating: power))[0] / power)) < 0.0022)
        }
    }

    @Test(arguments: [8000.0, 11025], [UInt64.random(in: 0...999_999), 2])
    func `The screen misses no pair, no burst and no false digit, and reports no pair that is none`(
        rate: Double, seed: UInt64
    ) {
        let sound = HostileSound(seed: seed, seconds: 20, rate: rate)
        var bank = ToneBank(sampleRate: rate)
        var ring = SampleRing(keeping: 1024)
        var fragments = FragmentDetector(bank.tables, lookAhead: 0.020)
        var counts = (pair: 0, burst: 0, falseDigit: 0, nothing: 0)
        for sample in sound.samples {
            ring.append(sample)
            guard ring.count % bank.hop == 0 else { continue }
            bank.takeHop(ring)
            let isLoud = bank.energy(age: 0) + bank.energy(age: 4) + bank.energy(age: 8) > OnsetDetector.leastEnergy
            let features = PairFeatures(bank, ring)
            let isStrong = isLoud && features.pairPower > OnsetDetector.leastPairPower
            #expect(bank.content.hasPair == (isStrong && features.isMeasured), "seed \(seed)")
            #expect(bank.content.hasFaintPair == (isStrong && !features.isMeasured), "seed \(seed)")
            // A burst that is found is one that was screened, now or while it is held.
            let wasHolding = fragments.isHolding
            let due = fragments.judge(bank, ring, policy: .always, isAmidDigits: true)
            if due != nil || fragments.isHolding, !wasHolding {
                #expect(bank.content.hasBurst, "seed \(seed)")
                counts.burst += 1
            }
            let isHeard = isDigit(in: bank)
            #expect(bank.content.hasFalseDigit == isHeard, "seed \(seed), hop \(bank.hops)")
            counts.pair += features.isMeasured ? 1 : 0
            counts.falseDigit += isHeard ? 1 : 0
            counts.nothing += bank.content.isEmpty ? 1 : 0
        }
        // The sound holds all of them, or the test shows nothing.
        #expect(counts.pair > 0 && counts.burst > 0 && counts.falseDigit > 0 && counts.nothing > 0, "\(counts)")
    }

    /// Whether a receiver model hears a digit, as ``TalkOffGuard`` asks.
    private func isDigit(in bank: ToneBank) -> Bool {
        guard bank.hops >= TalkOffGuard.longestHops, bank.total(length: 8) > TalkOffGuard.leastPower else {
            return false
        }
        if TwoBlockReceiver.block.key(bank.sharpPower12, of: bank.total(length: 12)) != nil { return true }
        return ReceiverModel.all.contains {
            $0.key(in: bank, .plain) != nil
                || bank.isClipped(within: $0.hops) && $0.key(in: bank, .overdriven) != nil
        }
    }
}
