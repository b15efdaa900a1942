/// Holds the agent's frames until the caller's frames of the same time arrive.
///
/// The two ports deliver their blocks at different times. A cushion keeps the legs of the recording aligned. If the
/// agent's port is later than that, silence replaces its frames, and the late frames are dropped. If it is earlier, the
/// oldest frames are dropped.
///
/// While the caller's port delivers nothing, many more frames are kept. The port may deliver all of its frames at once.
/// It may also be lost, and silence takes their place.
struct AgentQueue {
    private var storage: [Float]
    private let cushion: Int
    private let limit: Int
    private let reserve: Int
    /// Number of frames in the queue.
    private(set) var count: Int
    /// Number of frames of silence that replaced the agent's.
    private var stoodIn = 0
    /// Least number of frames left since the last check, and frames taken since then.
    private var leastLeft = Int.max
    private var watched = 0

    /// A queue that keeps `limit` frames, or `reserve` frames while the caller's are awaited.
    init(cushion: Int, limit: Int, reserve: Int) {
        storage = Array(repeating: 0, count: max(limit, reserve) + LiveMedia.largestBlock)
        self.cushion = cushion
        self.limit = limit
        self.reserve = max(limit, reserve)
        count = cushion
    }

    /// Number of frames that fit without dropping any.
    var room: Int { limit - count }

    /// Appends the first `added` of `frames`. Returns how many of the oldest frames were dropped.
    mutating func put(_ frames: [Float], count added: Int, isCallerAwaited: Bool) -> Int {
        for index in 0..<added { storage[count + index] = frames[index] }
        count += added
        let surplus = isCallerAwaited ? 0 : surplus()
        let excess = max(surplus, count - (isCallerAwaited ? reserve : limit))
        if excess > 0 { shift(by: excess) }
        return excess
    }

    /// Fills the first `wanted` of `target`. Silence follows the frames that are there.
    mutating func take(_ wanted: Int, into target: inout [Float]) {
        let there = min(count, wanted)
        for index in 0..<there { target[index] = storage[index] }
        for index in there..<wanted { target[index] = 0 }
        shift(by: there)
        stoodIn += wanted - there
        watched += wanted
    }

    /// Number of frames that arrived after silence had replaced them. They show as more than half a cushion that was
    /// left at every moment while `limit` frames were taken.
    private mutating func surplus() -> Int {
        guard watched >= limit else { return 0 }
        let surplus = max(0, min(stoodIn, leastLeft - cushion / 2))
        stoodIn -= surplus
        leastLeft = .max
        watched = 0
        return surplus
    }

    private mutating func shift(by frames: Int) {
        for index in frames..<max(frames, count) { storage[index - frames] = storage[index] }
        // The agent's microphone may pick up the caller's keys, so the old places are overwritten.
        for index in (count - frames)..<count { storage[index] = 0 }
        count -= frames
        leastLeft = min(leastLeft, count)
    }
}
