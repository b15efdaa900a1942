import Testing

@testable import MediaCore

/// The silence that replaces a caller whose device is lost.
@Suite struct CallerAbsenceTests {
    @Test(arguments: [8000, 44_100, 48_000])
    func `silence is as long as the loss, in whatever pieces it is output`(rate: Int) {
        let start = ContinuousClock.now
        var absence = CallerAbsence(since: start, sampleRate: rate)
        var given = 0
        for milliseconds in [0, 5, 11, 18, 700, 2000] {
            let due = absence.due(at: start + .milliseconds(milliseconds))
            #expect(abs(given + due - rate * milliseconds / 1000) <= 1)
            absence.fill(due)
            given += due
            #expect(!absence.isOver)
        }
        absence.end(at: start + .milliseconds(2500))
        // Later than the end nothing more is due.
        let due = absence.due(at: start + .seconds(60))
        #expect(abs(given + due - rate * 5 / 2) <= 1 && !absence.isOver)
        absence.fill(due)
        #expect(absence.isOver)
    }

    @Test func `a device lost again before its silence was output counts as lost since the first loss`() {
        let start = ContinuousClock.now
        var absence = CallerAbsence(since: start, sampleRate: 8000)
        absence.fill(1000)
        absence.end(at: start + .seconds(1))
        let again = absence.resumed()
        #expect(again.due(at: start + .seconds(2)) == 15_000 && !again.isOver)
    }
}
