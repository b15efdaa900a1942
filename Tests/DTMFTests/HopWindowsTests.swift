import Support
import Testing

@testable import DTMF

import Glibc

@Suite struct HopWindowsTests {
    private func windows() -> HopWindows { HopWindows(leastEnergy: 0, leastPower: 0) }

    /// Every window of `samples`, with as many samples ahead of it as `ahead` says.
    private func pairs(in samples: [Float], ahead: Int) -> [PairWindow] {
        var windows = windows()
        var history = SampleHistory()
        var found: [PairWindow] = []
        for endHop in Frame.hopsPerWindow...samples.count / Frame.hop {
            let wanted = min(samples.count, endHop * Frame.hop + ahead)
            history.append(samples.span, from: history.end, count: wanted - history.end)
            windows.advance(to: endHop, in: history)
            found.append(windows.pair(windows.candidate ?? .five))
        }
        return found
    }

    private func agree(_ a: PairWindow, _ b: PairWindow) -> Bool {
        a.endHop == b.endHop && a.low == b.low && a.high == b.high && a.pairEnergy == b.pairEnergy && a.rest == b.rest
            && a.interference == b.interference
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `the result of a window does not depend on later samples`(seed: UInt64) {
        var generator = ToneGenerator(lowPhase: Double(seed))
        let tones = generator.sequence([.one, .nine, .d], on: 0.03, off: 0.015)
        let samples = tones.withNoise(power: 1e-3, seed: seed)
        let bare = pairs(in: samples, ahead: 0)
        for ahead in [1, 20, 39, 160, 400] {
            #expect(zip(bare, pairs(in: samples, ahead: ahead)).allSatisfy(agree))
        }
    }

    @Test func `a window that is analysed again is the same to the last bit`() {
        let (_, history) = noiseHistory(seed: 5, count: 400)
        var windows = windows()
        windows.advance(to: 9, in: history)
        let first = windows.pair(.three)
        windows.advance(to: 20, in: history)
        #expect(agree(first, windows.pair(.three, endingAt: 9, in: history)))
    }

    @Test(arguments: Key.allCases)
    func `the fit finds the amplitudes of the pair beside hum, dial tone and an offset`(key: Key) {
        let (a, b, c, d) = (Float(0.11), Float(-0.07), Float(0.05), Float(0.13))
        // About the centre of the window of hops 1 to 4, as the fit tells them.
        let samples = (0..<120).map { n in
            let t = 2 * Float.pi * (Float(n) - 59.5) / 8000
            let (low, high) = (Float(key.lowHz) * t, Float(key.highHz) * t)
            return a * cos(low) + b * sin(low) + c * cos(high) + d * sin(high) + 0.2 + 0.1 * sin(60 * t)
                + 0.08 * cos(440 * t)
        }
        var history = SampleHistory()
        history.append(samples.span, from: 0, count: 120)
        var windows = windows()
        windows.advance(to: 5, in: history)
        let pair = windows.pair(key)
        #expect(abs(pair.low[0] - a) < 1e-3 && abs(pair.low[1] - b) < 1e-3)
        #expect(abs(pair.high[0] - c) < 1e-3 && abs(pair.high[1] - d) < 1e-3)
        #expect(pair.toneRatio > 0.999)
    }

    @Test func `quiet windows are passed over up to the first loud one`() {
        var samples = [Float](repeating: 0, count: 400)
        for n in 200..<400 { samples[n] = 0.5 }
        var history = SampleHistory()
        history.append(samples.span, from: 0, count: 400)
        // The window that ends with hop 11 is the first that holds any of hop 10.
        #expect(windows().firstLoud(after: 0, before: 20, least: 1, in: history) == 10)
        #expect(windows().firstLoud(after: 0, before: 10, least: 1, in: history) == 10)
        #expect(windows().firstLoud(after: 14, before: 20, least: 1, in: history) == 14)
    }
}
