import Testing

@testable import Suppression

/// The tones of other legs whose echo may come back.
@Suite struct EchoGuardTests {
    private func tone(onset: Int, power: Float = 1) -> ActiveTone {
        ActiveTone(low: 1, high: 2, lowHz: 770, highHz: 1477, power: power, onset: onset)
    }

    private func expected(_ echoGuard: inout EchoGuard, on leg: Int, now: Int, gain: Float = 0.1) -> [ExpectedEcho] {
        echoGuard.expect(on: leg, now: now) { _, _ in gain }
        return echoGuard.expected.compactMap(\.self)
    }

    @Test func `An echo is expected on the other leg until 200 ms after the last hop`() {
        var echoGuard = EchoGuard(channels: 2)
        echoGuard.hear(tone(onset: 100), on: 0, now: 116)
        echoGuard.hear(tone(onset: 100), on: 0, now: 150)
        #expect(expected(&echoGuard, on: 0, now: 160).isEmpty)
        #expect(expected(&echoGuard, on: 1, now: 160).map(\.largestPower) == [0.1])
        #expect(expected(&echoGuard, on: 1, now: 350).count == 1)
        #expect(expected(&echoGuard, on: 1, now: 351).isEmpty)
    }

    @Test func `Without gain no echo is expected`() {
        var echoGuard = EchoGuard(channels: 2)
        echoGuard.hear(tone(onset: 100), on: 0, now: 116)
        #expect(expected(&echoGuard, on: 1, now: 120, gain: 0).isEmpty)
    }

    @Test func `The last four tones of a leg are remembered`() {
        var echoGuard = EchoGuard(channels: 2)
        for onset in 0..<6 { echoGuard.hear(tone(onset: 10 * onset), on: 0, now: 10 * onset + 5) }
        let onsets = expected(&echoGuard, on: 1, now: 60).map(\.tone.onset).sorted()
        #expect(onsets == [20, 30, 40, 50])
    }

    @Test func `An echo of known delay is due while it fills the clearance, one of unknown delay all the time`() {
        var echoGuard = EchoGuard(channels: 2)
        echoGuard.hear(tone(onset: 100), on: 0, now: 200)
        func isDue(_ now: Int, _ delays: ClosedRange<Int>?) -> Bool {
            echoGuard.due(on: 1, now: now, clearance: 9) { _ in delays } != nil
        }
        #expect(!isDue(138, 30...30) && isDue(139, 30...30) && isDue(221, 30...30) && !isDue(222, 30...30))
        #expect(!isDue(111, 12...160) && isDue(112, 12...160) && isDue(360, 12...160) && !isDue(361, 12...160))
        #expect(!isDue(150, nil))
    }
}
