import DTMF
import MediaCore
import Testing

/// The rows of the case table that concern reports of presses.
@Suite struct `Press intake` {
    /// The keys that come of `reports`, each with the time it came, and of a second of silence.
    private func keys(_ reports: [(Int, PressReport)], bounceGap: Duration = .zero) -> String {
        var intake = PressIntake(bounceGap: bounceGap)
        var keys: [Key] = []
        for (time, report) in reports { intake.take(report, at: .milliseconds(time), into: &keys) }
        intake.advance(to: .seconds(60), into: &keys)
        return String(keys.map(\.character))
    }

    private func tone(_ key: Key, _ start: Int, _ end: Int) -> [(Int, PressReport)] {
        [
            (start + 30, .inBand(key, onset: .milliseconds(start))),
            (end + 10, .inBandEnded(key, end: .milliseconds(end))),
        ]
    }

    /// A packet each 20 ms, the last three times.
    private func events(_ key: Key, _ start: Int, _ end: Int) -> [(Int, PressReport)] {
        let updates = stride(from: start + 20, through: end, by: 20).map { $0 } + [end, end]
        return updates.map { time in
            (time, .telephoneEvent(key, start: .milliseconds(start), duration: .milliseconds(time - start)))
        }
    }

    private func inOrder(_ reports: [(Int, PressReport)]...) -> [(Int, PressReport)] {
        reports.joined().enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element)
    }

    @Test func `a duration update is not a new press`() {
        #expect(keys(events(.four, 1000, 1200)) == "4")
    }

    @Test func `the same digit in an overlapping window is one press, whichever report comes first`() {
        #expect(keys(inOrder(events(.four, 1000, 1100), tone(.four, 1000, 1100))) == "4")
        #expect(keys(inOrder(tone(.four, 960, 1060), events(.four, 1000, 1100))) == "4")
        #expect(keys(inOrder(events(.four, 1000, 1100), tone(.four, 1050, 1150))) == "4")
        let pairs = (0..<6).map {
            inOrder(events(.four, $0 * 400, $0 * 400 + 100), tone(.four, $0 * 400 + 15, $0 * 400 + 115))
        }
        #expect(keys(Array(pairs.joined())) == "444444")
    }

    @Test func `events win over a tone that was heard as another key`() {
        #expect(keys(inOrder(events(.four, 1000, 1100), tone(.five, 1010, 1050))) == "4")
        let laterEvent = inOrder(events(.one, 0, 100), tone(.five, 1000, 1100), events(.four, 1040, 1140))
        #expect(keys(laterEvent) == "14", "a tone waits once the call has shown an event")
    }

    @Test func `an acoustic leak a fifth of a second later is not a press`() {
        #expect(keys(inOrder(events(.four, 1000, 1100), tone(.four, 1300, 1400))) == "4")
    }

    @Test func `digits that are in the audio alone still count after events were seen`() {
        #expect(keys(inOrder(events(.four, 1000, 1100), tone(.two, 2000, 2100), tone(.four, 3000, 3100))) == "424")
    }

    @Test func `repeats of one key are kept apart`() {
        #expect(keys(inOrder(tone(.four, 0, 60), tone(.four, 100, 160), tone(.four, 200, 260))) == "444")
        #expect(keys(inOrder(events(.four, 0, 60), events(.four, 100, 160), events(.four, 200, 260))) == "444")
    }

    @Test func `a bouncing phone is one press within the bounce gap and two without one`() {
        let bounce = inOrder(tone(.four, 0, 80), tone(.four, 200, 280), tone(.five, 300, 400), tone(.five, 900, 1000))
        #expect(keys(bounce, bounceGap: .milliseconds(250)) == "455")
        #expect(keys(bounce, bounceGap: .zero) == "4455")
    }
}
