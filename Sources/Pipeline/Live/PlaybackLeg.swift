import AudioIO

/// A playback device and what waits for room in it.
///
/// What waits is kept short: audio that comes faster than it is played, as after a stall, is dropped from its oldest end, and so
/// is what has waited all along for a quarter of a second, so that the delay is soon what it was.
@safe struct PlaybackLeg {
    private(set) var keeper: DeviceKeeper
    private let period: Int
    private let periods: Int
    private let watch: Int
    private let room: UnsafeMutableBufferPointer<Float>
    private var waiting = 0
    /// Least that waited since the last look, and frames since then.
    private var leastWaiting = Int.max
    private var watched = 0
    private var isPrimed = false

    /// What became of a block.
    struct Outcome {
        var dropped = 0
        var hadXrun = false
        var isLost = false
    }

    init(_ keeper: DeviceKeeper, settings: SoundSettings) {
        self.keeper = keeper
        period = settings.periodFrames
        periods = settings.periods
        watch = settings.sampleRate / 4
        unsafe room = .allocate(capacity: 2 * MediaCore.largestBlock + 8 * settings.periodFrames)
        unsafe room.initialize(repeating: 0)
    }

    func free() { unsafe room.deallocate() }

    /// Plays `samples`, now or when there is room.
    mutating func play(_ samples: Span<Float>) -> Outcome {
        var outcome = Outcome()
        guard let device = keeper.device else { return outcome }
        let space = unsafe room.count - waiting
        if samples.count > space { outcome.dropped += drop(min(waiting, samples.count - space)) }
        for index in samples.indices {
            unsafe room[waiting] = samples[index]
            waiting += 1
        }
        push(to: device, &outcome)
        trim(after: samples.count, &outcome)
        return outcome
    }

    /// Writes what waits as far as there is room.
    mutating func push(to device: SoundDevice, _ outcome: inout Outcome) {
        var tries = 0
        while waiting > 0 && tries < 4 {
            tries += 1
            if !isPrimed { prime(device) }
            switch unsafe device.write(UnsafeBufferPointer(rebasing: room[..<waiting])) {
            case .frames(let count):
                shift(by: count)
                if count == 0 { return }
            case .notReady: return
            case .xrun:
                outcome.hadXrun = true
                isPrimed = false
                // What has waited while nothing was played is late by as much: only the newest period is worth hearing.
                outcome.dropped += drop(max(0, waiting - period))
            case .lost:
                outcome.isLost = true
                return
            }
        }
    }

    /// Looks whether a device that nothing is played on is still there.
    mutating func look() -> Outcome {
        var outcome = Outcome()
        switch keeper.device?.look() {
        case .xrun:
            outcome.hadXrun = true
            isPrimed = false
        case .lost: outcome.isLost = true
        case .frames, .notReady, nil: break
        }
        return outcome
    }

    /// The device is gone, and what waited for it.
    mutating func lose() {
        keeper.lose()
        isPrimed = false
        shift(by: waiting)
    }

    /// As ``DeviceKeeper/reopen()``.
    mutating func reopen() -> Bool { keeper.reopen() }

    /// What waits is written and played to its end, for as long as a few buffers take.
    mutating func drain(milliseconds: Int32) {
        guard let device = keeper.device else { return }
        var outcome = Outcome()
        for _ in 0..<50 where waiting > 0 && !outcome.isLost {
            push(to: device, &outcome)
            if waiting > 0 { _ = device.wait(milliseconds: 10) }
        }
        device.drain(milliseconds: milliseconds)
    }

    /// Silence ahead of the first block, so that the next may be late without a gap.
    private mutating func prime(_ device: SoundDevice) {
        isPrimed = true
        leastWaiting = .max
        watched = 0
        let ahead = min((periods - 1) * period, max(0, device.bufferFrames - period))
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, ahead)) { silence in
            unsafe silence.initialize(repeating: 0)
            _ = unsafe device.write(UnsafeBufferPointer(rebasing: silence[..<ahead]))
        }
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
        for index in count..<max(count, waiting) { unsafe room[index - count] = unsafe room[index] }
        unsafe room[(waiting - count)..<waiting].update(repeating: 0)
        waiting -= count
    }
}
