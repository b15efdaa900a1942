import CAllocations
import DTMF
import Glibc
import LineControl
import Support
import Suppression
import Testing

@testable import MediaCore

/// The middle of every live path, without devices.
@Suite(.ownThread) struct LiveMediaTests {
    static let rate = 8000.0

    /// A caller's keys and an agent's noise, as two legs of the same length.
    static func legs(seconds: Int, seed: UInt64 = 20_261_124) -> (caller: [Float], agent: [Float]) {
        var caller = Sound(rate: rate, seed: seed)
        var turn = 0
        while caller.seconds < Double(seconds) {
            let key = keyFrequencies[turn % keyFrequencies.count]
            caller.pair(key.low, key.high, seconds: 0.08, level: -12)
            caller.silence(caller.random(in: 0.06...0.4))
            turn += 1
        }
        caller.addNoise(level: -45)
        var agent = Sound(rate: rate, seed: seed + 1)
        agent.silence(caller.seconds)
        agent.addNoise(level: -30)
        return (caller.samples, Array(agent.samples.prefix(caller.samples.count)))
    }

    static func core(_ events: SingleProducerRing<MediaEvent>) -> LiveMedia {
        LiveMedia(sampleRate: rate, suppression: .init(), bounceGap: .zero, events: events)
    }

    static func ring(_ capacity: Int = 1024) -> SingleProducerRing<MediaEvent> {
        SingleProducerRing(capacity: capacity, blank: .stalled(milliseconds: 0))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the recording equals the output of suppress, however the input is divided`(seed: UInt64) {
        let (caller, agent) = LiveMediaTests.legs(seconds: 20, seed: seed)
        var suppressor = Suppressor(sampleRate: LiveMediaTests.rate, channels: 2)
        var expected: [Float] = []
        suppressor.process(zip(caller, agent).flatMap { [$0, $1] }, into: &expected)
        suppressor.finish(into: &expected)

        let events = LiveMediaTests.ring()
        var core = LiveMediaTests.core(events)
        var generator = SeededGenerator(seed: seed)
        var (recorded, heard): ([Float], [Float]) = ([], [])
        var start = 0
        while start < caller.count {
            let end = min(caller.count, start + Int.random(in: 1...700, using: &generator))
            core.process(
                caller: caller, agent: agent, frames: start..<end, line: .open)
            recorded += core.recording
            heard += core.agentHears
            start = end
        }
        core.finish()
        recorded += core.recording
        heard += core.agentHears
        #expect(recorded == expected, "seed \(seed)")
        #expect(heard == stride(from: 0, to: expected.count, by: 2).map { expected[$0] }, "seed \(seed)")
        #expect(events.count > 20, "keys were told")
    }

    @Test(arguments: [0, 0.05]) func `the audio path allocates nothing, beside a steady tone too`(amplitude: Double) {
        let (sound, agent) = LiveMediaTests.legs(seconds: 120)
        var caller = sound
        let turn = 2 * Double.pi * 2100 / 8000
        for index in caller.indices { caller[index] += Float(amplitude * sin(turn * Double(index))) }
        let events = LiveMediaTests.ring()
        var core = LiveMediaTests.core(events)
        // Up to the largest block: what grows once has grown.
        let warm = 10 * LiveMedia.largestBlock
        for start in stride(from: 0, to: warm, by: LiveMedia.largestBlock) {
            let block = start..<(start + LiveMedia.largestBlock)
            core.process(
                caller: caller, agent: agent, frames: block, line: .open)
        }
        var keys = 0
        allocations_watch()
        var start = warm
        while start + 40 <= caller.count {
            let block = start..<(start + 40)
            core.process(
                caller: caller, agent: agent, frames: block, line: start % 8000 < 4000 ? .open : .secured)
            while events.take() != nil { keys += 1 }
            start += 40
        }
        let seen = allocations_seen()
        #expect(keys > 100)
        #expect(seen == 0, "\(seen) allocations in \((start - warm) / 8000) s")
        allocations_watch()
        let array = [Float](repeating: 0, count: keys)
        #expect(allocations_seen() > 0 && array.count == keys, "the counter counts")
    }

    @Test func `if keys are not taken, the caller is muted until they are`() {
        let (caller, agent) = LiveMediaTests.legs(seconds: 20)
        let events = LiveMediaTests.ring(4)
        var core = LiveMediaTests.core(events)
        var start = 0
        func next() -> [Float] {
            let block = start..<(start + 80)
            core.process(
                caller: caller, agent: agent, frames: block, line: .open)
            start += 80
            return core.recording
        }
        while !core.isInDoubt && start < caller.count - 1000 { _ = next() }
        #expect(core.isInDoubt && events.count == events.capacity)
        #expect(next().allSatisfy { $0 == 0 })
        while events.take() != nil {}
        #expect(next().contains { $0 != 0 })
    }

    @Test func `a muted line is silent on both legs, and keys are still detected`() {
        let (caller, agent) = LiveMediaTests.legs(seconds: 10)
        let events = LiveMediaTests.ring()
        var core = LiveMediaTests.core(events)
        for start in stride(from: 0, to: caller.count - 80, by: 80) {
            let block = start..<(start + 80)
            core.process(
                caller: caller, agent: agent, frames: block, line: .muted)
            #expect(core.recording.allSatisfy { $0 == 0 } && core.agentHears.allSatisfy { $0 == 0 })
        }
        #expect(events.count > 10)
    }
}
