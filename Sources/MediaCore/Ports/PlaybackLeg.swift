/// An output port and the audio that waits for room in it.
///
/// Little audio waits. If it comes faster than it is played, as after a stall, the oldest of it is dropped. Audio that
/// has been left waiting for a quarter of a second is dropped too, so that the delay returns to normal.
struct PlaybackLeg {
    private(set) var keeper: PortKeeper
    private let period: Int
    private let periods: Int
    private let watch: Int
    private var room: [Float]
    private let silence: [Float]
    private var waiting = 0
    /// Least number of frames waiting since the last check, and frames since then.
    private var leastWaiting = Int.max
    private var watched = 0
    private var isPrimed = false

    /// The result of playing a block.
    struct Outcome {
        var dropped = 0
        var hadXrun = false
        var isLost = false
    }

    init(_ keeper: PortKeeper, format: PortFormat) {
        self.keeper = keeper
        period = format.periodFrames
        periods = format.periods
        watch = format.sampleRate / 4
        room = Array(repeating: 0, count: 2 * LiveMedia.largestBlock + 8 * format.periodFrames)
        silence = Array(repeating: 0, count: (periods - 1) * period)
    }

    /// Plays the first `count` of `samples`, now or when there is room.
    mutating func play(_ samples: [Float], count: Int) -> Outcome {
        var outcome = Outcome()
        guard let port = keeper.port else { return outcome }
        let space = room.count - waiting
        if count > space { outcome.dropped += drop(min(waiting, count - space)) }
        for index in 0..<count {
            room[waiting] = samples[index]
            waiting += 1
        }
        push(to: port, &outcome)
        trim(after: count, &outcome)
        return outcome
    }

    /// Writes as many waiting frames as there is room for.
    mutating func push(to port: any MediaPort, _ outcome: inout Outcome) {
        var tries = 0
        while waiting > 0 && tries < 4 {
            tries += 1
            if !isPrimed { prime(port) }
            switch port.write(room.span.extracting(..<waiting)) {
            case .frames(let count):
                shift(by: count)
                if count == 0 { return }
            case .notReady: return
            case .xrun:
                outcome.hadXrun = true
                isPrimed = false
                // Frames that waited while nothing was played are late. Only the newest period is still played.
                outcome.dropped += drop(max(0, waiting - period))
            case .lost:
                outcome.isLost = true
                return
            }
        }
    }

    /// Checks a port to which nothing is played.
    mutating func check() -> Outcome {
        var outcome = Outcome()
        switch keeper.port?.check() {
        case .xrun:
            outcome.hadXrun = true
            isPrimed = false
        case .lost: outcome.isLost = true
        case .frames, .notReady, nil: break
        }
        return outcome
    }

    /// Notes that the port is lost, and drops the audio that waits for it.
    mutating func lose(at now: ContinuousClock.Instant) {
        keeper.lose(at: now)
        isPrimed = false
        shift(by: waiting)
    }

    /// Reopens the port as ``PortKeeper/reopen(by:)`` does.
    mutating func reopen(by clock: any MediaClock) -> Bool { keeper.reopen(by: clock) }

    /// Writes the waiting audio and waits until it is played, for the length of a few buffers at most.
    mutating func drain(milliseconds: Int) {
        guard let port = keeper.port else { return }
        var outcome = Outcome()
        for _ in 0..<50 where waiting > 0 && !outcome.isLost {
            push(to: port, &outcome)
            if waiting > 0 { _ = port.wait(milliseconds: 10) }
        }
        port.drain(milliseconds: milliseconds)
    }

    /// Writes silence before the first block, so that the next block may be late without a gap.
    private mutating func prime(_ port: any MediaPort) {
        isPrimed = true
        leastWaiting = .max
        watched = 0
        let ahead = min(silence.count, max(0, port.bufferFrames - period))
        _ = port.write(silence.span.extracting(..<ahead))
    }

    private mutating func trim(after count: Int, _ outcome: inout Outcome) {
        leastWaiting = min(leastWaiting, waiting)
        watched += count
        guard watched >= watch else { return }
        if 2 * leastWaiting >= period { outcome.dropped += drop(leastWaiting) }
        leastWaiting = .max
        watched = 0
    }

    private mutating func drop(_ count: Int) -> Int {
        shift(by: count)
        return count
    }

    private mutating func shift(by count: Int) {
        guard count > 0 else { return }
        for index in count..<max(count, waiting) { room[index - count] = room[index] }
        for index in (waiting - count)..<waiting { room[index] = 0 }
        waiting -= count
    }
}
