import Foundation
import Testing

@testable import MediaCore

/// The queues between the threads and the devices of a live call.
@Suite struct LiveQueueTests {
    @Test func `two threads hand over everything, in order`() {
        let ring = SingleProducerRing<Int>(capacity: 7, blank: -1)
        let count = 100_000
        Thread.detachNewThread {
            var next = 0
            while next < count { if ring.put(next) { next += 1 } }
        }
        var expected = 0
        while expected < count {
            guard let element = ring.take() else { continue }
            if element != expected { break }
            expected += 1
        }
        #expect(expected == count)
        #expect(ring.take() == nil)
    }

    @Test func `a full ring refuses a whole block`() {
        let ring = SingleProducerRing<Float>(capacity: 5, blank: 0)
        #expect(ring.put(contentsOf: [1, 2, 3]))
        #expect(!ring.put(contentsOf: [4, 5, 6]))
        #expect(ring.put(4) && ring.put(5) && !ring.put(6))
        var taken: [Float] = []
        ring.take(upTo: 2, appendingTo: &taken)
        #expect(taken == [1, 2] && ring.count == 3)
        #expect(ring.put(contentsOf: [6, 7]))
        ring.take(upTo: 100, appendingTo: &taken)
        #expect(taken == [1, 2, 3, 4, 5, 6, 7] && ring.count == 0)
    }

    @Test func `frames that silence has replaced are dropped, and the legs are aligned again`() {
        var queue = AgentQueue(cushion: 8, limit: 40, reserve: 80)
        var (said, taken, gone): (Float, [Float], Int) = (0, [], 0)
        func turn(brings count: Int) {
            let block = (0..<count).map { _ in
                said += 1
                return said
            }
            gone += queue.put(block, count: block.count, isCallerAwaited: false)
            var buffer = [Float](repeating: -1, count: 4)
            queue.take(4, into: &buffer)
            taken += buffer
        }
        for _ in 0..<20 { turn(brings: 4) }
        #expect(gone == 0 && taken.last == said - 8)
        // Four periods late: two are in the cushion, and silence replaces two.
        for _ in 0..<4 { turn(brings: 0) }
        #expect(taken.suffix(8).allSatisfy { $0 == 0 })
        turn(brings: 20)
        #expect(taken.last == said - 16)
        for _ in 0..<20 { turn(brings: 4) }
        #expect(gone == 8 && taken.last == said - 8)
        // What was lost and never comes takes nothing with it.
        for _ in 0..<4 { turn(brings: 0) }
        for _ in 0..<40 { turn(brings: 4) }
        #expect(gone == 8 && taken.last == said)
    }

    @Test func `the agent's frames follow the cushion, silence replaces late ones, and the oldest are dropped`() {
        var queue = AgentQueue(cushion: 4, limit: 10, reserve: 20)
        func take(_ count: Int) -> [Float] {
            var buffer = [Float](repeating: -1, count: count)
            queue.take(count, into: &buffer)
            return buffer
        }
        func put(_ block: [Float], isCallerAwaited: Bool = false) -> Int {
            queue.put(block, count: block.count, isCallerAwaited: isCallerAwaited)
        }
        #expect(put([1, 2, 3]) == 0)
        #expect(take(5) == [0, 0, 0, 0, 1])
        #expect(take(4) == [2, 3, 0, 0])
        #expect(put((1...12).map(Float.init)) == 2)
        #expect(take(3) == [3, 4, 5])
        // While the caller's are waited for, more is kept, and goes once they are not.
        #expect(put((13...24).map(Float.init), isCallerAwaited: true) == 0)
        #expect(take(2) == [6, 7])
        #expect(put([25], isCallerAwaited: false) == 8)
        #expect(take(3) == [16, 17, 18])
    }
}
