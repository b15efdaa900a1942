import Support
import Testing
import Verification

@testable import Archive

struct FindingRunTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `Every finding is in one run, and no run is longer than a picture shows`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let rate = [8000, 16_000, 44_100].randomElement(using: &generator)!
        var (findings, at): ([Finding], Int) = ([], 0)
        for _ in 0..<Int.random(in: 0...80, using: &generator) {
            at += Int.random(in: 0...4 * rate, using: &generator)
            let channel = Int.random(in: 0...1, using: &generator)
            let length = Int.random(in: 0...rate, using: &generator)
            findings.append(
                Finding(
                    channel: channel, start: at, end: at + length, kind: .digit, levelDBm0: -10, lowHz: 697,
                    highHz: 1209))
        }
        let runs = FindingRun.runs(of: findings, rate: rate)
        #expect(runs.flatMap(\.indices) == Array(findings.indices), "seed \(seed)")
        for run in runs {
            let own = run.indices.map { findings[$0] }
            #expect(run.frames == own.map(\.start).min()!..<own.map(\.end).max()!, "seed \(seed)")
            #expect(run.indices.count == 1 || Double(run.frames.count) <= FindingRun.longest * Double(rate))
            #expect(run.channels == Set(own.map(\.channel)).sorted())
        }
        for (first, next) in zip(runs, runs.dropFirst()) {
            let gap = findings[next.indices[0]].start - first.frames.upperBound
            let whole = max(next.frames.upperBound, first.frames.upperBound) - first.frames.lowerBound
            let isNear = Double(gap) <= FindingRun.gap * Double(rate)
            #expect(!isNear || Double(whole) > FindingRun.longest * Double(rate), "seed \(seed)")
        }
    }
}
