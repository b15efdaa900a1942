import Testing

@testable import MediaCore

@Suite struct BusyThreadWatchTests {
    private let start = ContinuousClock.now

    @Test(arguments: [0.0, 0.1, 0.4, 0.51, 0.95, 1])
    func `a thread is busy above half of a window`(share: Double) {
        var watch = BusyThreadWatch(at: start, processorTime: .seconds(7))
        var found = 0
        for turn in 1...300 {
            let elapsed = Duration.milliseconds(10 * turn)
            let used = Duration.seconds(7) + elapsed * share
            if watch.findsBusy(at: start + elapsed, processorTime: { used }) { found += 1 }
        }
        #expect(found == (share > 0.5 ? 6 : 0))
    }

    @Test func `a loop that catches up after a stall is not busy`() {
        var watch = BusyThreadWatch(at: start, processorTime: .zero)
        // Three seconds without a turn, then all of their audio at once.
        let duringStall = watch.findsBusy(at: start + .seconds(3), processorTime: { .milliseconds(5) })
        let after = watch.findsBusy(at: start + .milliseconds(3600), processorTime: { .milliseconds(205) })
        #expect(!duringStall && !after)
    }

    @Test func `processor time is read at the end of a window only`() {
        var watch = BusyThreadWatch(at: start, processorTime: .zero)
        var reads = 0
        for turn in 1...99 {
            _ = watch.findsBusy(at: start + .milliseconds(10 * turn)) {
                reads += 1
                return .zero
            }
        }
        #expect(reads == 1)
    }
}
