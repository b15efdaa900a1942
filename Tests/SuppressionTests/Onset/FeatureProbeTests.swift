import DTMF
import Testing

@testable import Suppression

/// The features that the models are trained on.
@Suite struct FeatureProbeTests {
    private func readings(of samples: [Float]) -> [FeatureProbe.Reading] {
        var probe = FeatureProbe()
        return samples.compactMap { probe.take($0) }
    }

    @Test func `Each feature has a name of its own`() {
        let names = PairFeature.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.first == "share16")
        #expect(PairFeature.allCases.map(\.rawValue) == Array(names.indices))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `A digit gives a reading each millisecond, and what it is shows by name`(seed: UInt64) {
        var sound = Sound(seed: seed)
        sound.silence(0.3)
        let start = sound.press(.five, 0.1, level: -16, twist: 3).lowerBound / 8
        sound.silence(0.2)
        sound.addNoise(0.0006)
        let within = readings(of: sound.samples).filter { (start + 17..<start + 90).contains($0.hop) }
        #expect(within.count == 73)
        for reading in within {
            #expect(reading.features[PairFeature.share16.rawValue] > 0.95, "seed \(seed)")
            #expect(abs(reading.features[PairFeature.twist.rawValue] - 3) < 1, "seed \(seed)")
            #expect(reading.features[PairFeature.explained.rawValue] > 0.98, "seed \(seed)")
            #expect(reading.features[PairFeature.lowError.rawValue] < 1.5, "seed \(seed)")
        }
    }

    @Test func `The features are those that the onset detector scores if the next digit is due`() {
        var sound = Sound(seed: 4)
        sound.silence(0.2)
        _ = sound.press(.seven, 0.1, level: -20)
        sound.addNoise(0.001)
        var (bank, ring) = (ToneBank(sampleRate: 8000), SampleRing(keeping: 1024))
        var expected: [(hop: Int, features: PairFeatures)] = []
        for sample in sound.samples {
            ring.append(sample)
            guard ring.count % bank.hop == 0 else { continue }
            bank.takeHop(ring)
            let features = PairFeatures(bank, leastShare: PairFeatures.Threshold.nextDigitShare, ring)
            if features.isMeasured, features.pairPower > OnsetDetector.leastPairPower {
                expected.append((bank.hops, features))
            }
        }
        let readings = readings(of: sound.samples)
        #expect(readings.map(\.hop) == expected.map(\.hop))
        for (reading, other) in zip(readings, expected) {
            for feature in PairFeature.allCases {
                #expect(reading.features[feature.rawValue] == other.features.vector[feature])
            }
        }
    }

    @Test func `Silence gives no reading`() {
        #expect(readings(of: [Float](repeating: 0, count: 4000)).isEmpty)
    }
}
