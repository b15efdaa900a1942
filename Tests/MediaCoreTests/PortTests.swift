import MediaSimulation
import Testing

@testable import MediaCore

/// What keeps a port, and what plays to one.
@Suite struct PortTests {
    private let time = SimulatedTime()
    private let format = PortFormat(sampleRate: 8000, periodFrames: 40, periods: 4)

    @Test func `the pauses between attempts double up to the longest, and restart with the next loss`() throws {
        let line = SimulatedLine("line", time)
        var keeper = try PortKeeper(.callerIn, line, format)
        for _ in 0..<2 {
            line.isGone = true
            keeper.lose(at: time.now)
            var attempts: [Int] = []
            let begin = time.nanoseconds
            let counted = CountingClock(time)
            while attempts.count < 8 {
                let asked = counted.asked
                let isBack = keeper.reopen(by: counted)
                #expect(!isBack)
                // The time is asked for a second time only where an attempt was made.
                if counted.asked - asked > 1 { attempts.append((time.nanoseconds - begin) / 1_000_000) }
                time.advance(milliseconds: 1)
            }
            let pauses = zip(attempts, [0] + attempts).map { $0 - $1 }
            #expect(pauses == [100, 200, 400, 800, 1600, 2000, 2000, 2000])
            line.isGone = false
            time.advance(milliseconds: 2000)
            let (isBack, isBackAgain) = (keeper.reopen(by: time), keeper.reopen(by: time))
            #expect(isBack && !isBackAgain && keeper.port != nil)
        }
    }

    /// Counts how often the time is asked for.
    private final class CountingClock: MediaClock, @unchecked Sendable {
        private let time: SimulatedTime
        private(set) var asked = 0

        init(_ time: SimulatedTime) { self.time = time }

        var now: ContinuousClock.Instant {
            asked += 1
            return time.now
        }
        func pause(milliseconds: Int) {}
    }

    private func leg(_ line: SimulatedLine) throws -> PlaybackLeg {
        PlaybackLeg(try PortKeeper(.agentOut, line, format), format: format)
    }

    private static func ramp(_ range: ClosedRange<Int>) -> [Float] { range.map(Float.init) }

    @Test func `playback begins after silence of all periods except one`() throws {
        let line = SimulatedLine("line", time)
        var leg = try leg(line)
        _ = leg.play(Self.ramp(1...40), count: 40)
        #expect(line.played == [Float](repeating: 0, count: 120) + Self.ramp(1...40))
    }

    @Test func `after an xrun the newest period is played after new silence, and the rest is counted`() throws {
        let line = SimulatedLine("line", time)
        var leg = try leg(line)
        _ = leg.play(Self.ramp(1...40), count: 40)
        time.advance(milliseconds: 100)
        let outcome = leg.play(Self.ramp(41...200), count: 160)
        #expect(outcome.hadXrun && outcome.dropped == 120 && !outcome.isLost)
        #expect(line.played.suffix(160) == [Float](repeating: 0, count: 120) + Self.ramp(161...200))
    }

    @Test func `audio that has waited for a quarter of a second is dropped`() throws {
        let line = SimulatedLine("line", time)
        var leg = try leg(line)
        // Four periods at once where one is played: three wait from then on.
        _ = leg.play(Self.ramp(1...160), count: 160)
        var dropped = 0
        for turn in 4..<60 {
            time.advance(milliseconds: 5)
            dropped += leg.play(Self.ramp((40 * turn + 1)...(40 * turn + 40)), count: 40).dropped
        }
        #expect(dropped == 120)
        #expect(line.played.last == 2400)
    }

    @Test func `if the queue is full, the oldest audio is dropped`() throws {
        let line = SimulatedLine("line", time)
        var leg = try leg(line)
        var dropped = 0
        for _ in 0..<4 { dropped += leg.play(Self.ramp(1...4096), count: 4096).dropped }
        #expect(dropped > 4096 && line.played.count == 160)
    }

    @Test func `a lost port drops the waiting audio, and drains nothing`() throws {
        let line = SimulatedLine("line", time)
        var leg = try leg(line)
        line.isGone = true
        let (played, checked) = (leg.play(Self.ramp(1...40), count: 40), leg.check())
        #expect(played.isLost && checked.isLost)
        leg.lose(at: time.now)
        leg.drain(milliseconds: 20)
        let outcome = leg.play(Self.ramp(1...40), count: 40)
        #expect(outcome.dropped == 0 && !outcome.isLost && line.played.isEmpty)
        line.isGone = false
        time.advance(milliseconds: 100)
        let isBack = leg.reopen(by: time)
        #expect(isBack)
        _ = leg.play(Self.ramp(41...80), count: 40)
        #expect(line.played.suffix(40) == Self.ramp(41...80)[...])
    }

    @Test func `at the end all waiting audio is played`() throws {
        let line = SimulatedLine("line", time)
        var leg = try leg(line)
        _ = leg.play(Self.ramp(1...400), count: 400)
        leg.drain(milliseconds: 20)
        #expect(line.played.suffix(400) == Self.ramp(1...400)[...])
    }
}
