import Support
import Testing

@testable import DTMF

/// The ways for a press to be proved a digit.
@Suite struct CriterionTests {
    /// What is measured of the first `windows` windows of a tone of `key` in noise of `power`.
    private func measurement(_ key: Key, windows: Int, noise power: Double = 0, seed: UInt64 = 1) -> PressMeasurement {
        var generator = ToneGenerator(lowOffset: 0.004, highOffset: -0.003, lowPhase: Double(seed), highPhase: 2)
        let samples = generator.tone(key, seconds: 0.15).withNoise(power: power, seed: seed)
        var history = SampleHistory()
        for start in stride(from: 0, to: samples.count, by: 400) {
            history.append(samples.span, from: start, count: 400)
        }
        var hops = HopWindows(leastEnergy: 0, leastPower: 0)
        var log: [PairWindow] = []
        for endHop in Frame.hopsPerWindow..<Frame.hopsPerWindow + windows {
            hops.advance(to: endHop, in: history)
            log.append(hops.pair(key))
        }
        return PressMeasurement(key: key, log: log)
    }

    /// Every limit, set slightly beyond the measured value.
    private static let tooTight: [(String, @Sendable (inout Criterion, PressMeasurement) -> Void)] = [
        ("windows", { $0.minimumWindows = $1.windows + 1 }),
        ("tone ratio", { $0.minimumToneRatio = $1.toneRatio + 1e-6 }),
        ("newest tone ratio", { $0.minimumNewestToneRatio = $1.newestToneRatio + 1e-6 }),
        ("clean windows", { $0.minimumCleanWindows = $1.cleanWindows + 1 }),
        ("pure windows", { $0.minimumPureWindows = $1.pureWindows + 1 }),
        ("clean share", { $0.minimumCleanShare = Double($1.cleanWindows) / Double($1.windows) + 1e-6 }),
        ("pure share", { $0.minimumPureShare = Double($1.pureWindows) / Double($1.windows) + 1e-6 }),
        ("amplitude deviation", { $0.maximumAmplitudeDeviation = $1.amplitudeDeviation - 1e-9 }),
        ("coherence", { $0.minimumCoherence = $1.coherence + 1e-9 }),
        ("drift", { $0.maximumDrift = $1.drift - 1e-9 }),
        ("frequency error", { $0.maximumFrequencyError = $1.frequencyError - 1e-9 }),
        ("twist", { $0.maximumTwist = abs($1.twist) - 1e-9 }),
        ("clean amplitude deviation", { $0.maximumCleanAmplitudeDeviation = $1.cleanAmplitudeDeviation - 1e-9 }),
        ("clean frequency error", { $0.maximumCleanFrequencyError = $1.cleanFrequencyError - 1e-9 }),
        ("clean coherence", { $0.minimumCleanCoherence = $1.cleanCoherence + 1e-9 }),
        ("interference", { $0.maximumInterferenceShare = $1.interferenceShare - 1e-9 }),
    ]

    @Test(arguments: tooTight.indices)
    func `each limit alone refuses a press that misses it`(index: Int) {
        let press = measurement(.five, windows: 24, noise: 1e-5, seed: UInt64(index))
        let loose = Criterion(minimumWindows: press.windows)
        #expect(loose.holds(for: press))
        let (name, tighten) = Self.tooTight[index]
        var criterion = loose
        tighten(&criterion, press)
        #expect(!criterion.holds(for: press), "\(name)")
    }

    @Test(arguments: Key.allCases)
    func `a clean press of 60 ms meets every criterion of the profile`(key: Key) {
        let press = measurement(key, windows: 24)
        for criterion in DetectorProfile.q24.criteria { #expect(criterion.holds(for: press)) }
        #expect(press.toneRatio > 0.99 && press.coherence > 0.999)
        #expect(abs(press.frequencyError - 0.004) < 0.0005)
    }

    @Test func `a press with too few windows meets none`() {
        for criterion in DetectorProfile.q24.criteria {
            #expect(!criterion.holds(for: measurement(.nine, windows: criterion.minimumWindows - 1)))
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `the noisier the press, the lower its tone ratio and the fewer criteria it meets`(seed: UInt64) {
        var (ratio, met) = (2.0, 99)
        for power in [0, 1e-4, 1e-3, 1e-2] {
            let press = measurement(.two, windows: 22, noise: power, seed: seed)
            let count = DetectorProfile.q24.criteria.count { $0.holds(for: press) }
            #expect(press.toneRatio < ratio && count <= met, "noise \(power)")
            (ratio, met) = (press.toneRatio, count)
        }
        #expect(met < DetectorProfile.q24.criteria.count)
    }
}
