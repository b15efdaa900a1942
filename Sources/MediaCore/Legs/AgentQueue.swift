/// The agent's frames between the agent's port and the caller's clock.
///
/// Two ports bring their blocks at different moments; a cushion keeps the legs of the recording together. Where the
/// agent's port is late by more, silence stands in, and what comes after all goes, so that the legs lie beside each
/// other again; where it is early by more, the oldest goes. While the caller's port brings nothing, much more is kept:
/// it may bring all of it at once, or be gone, and silence takes its place.
struct AgentQueue {
    private var storage: [Float]
    private let cushion: Int
    private let limit: Int
    private let reserve: Int
    /// Frames that wait.
    private(set) var count: Int
    /// Frames of silence that stood in for the agent's.
    private var stoodIn = 0
    /// Least that was left since the last look, and frames taken since then.
    private var leastLeft = Int.max
    private var watched = 0

    /// A queue that keeps `limit` frames, and `reserve` while the caller's are waited for.
    init(cushion: Int, limit: Int, reserve: Int) {
        storage = Array(repeating: 0, count: max(limit, reserve) + LiveMedia.largestBlock)
        self.cushion = cushion
        self.limit = limit
        self.reserve = max(limit, reserve)
        count = cushion
    }

    /// Frames that can be put without one going for them.
    var room: Int { limit - count }

    /// Takes the first `added` of `frames` in, while the caller's are waited for or not; gives how many of the oldest
    /// went for it.
    mutating func put(_ frames: [Float], count added: Int, isCallerAwaited: Bool) -> Int {
        for index in 0..<added { storage[count + index] = frames[index] }
        count += added
        let surplus = isCallerAwaited ? 0 : surplus()
        let excess = max(surplus, count - (isCallerAwaited ? reserve : limit))
        if excess > 0 { shift(by: excess) }
        return excess
    }

    /// Fills the first `wanted` of `target`, with silence behind what is there.
    mutating func take(_ wanted: Int, into target: inout [Float]) {
        let there = min(count, wanted)
        for index in 0..<there { target[index] = storage[index] }
        for index in there..<wanted { target[index] = 0 }
        shift(by: there)
        stoodIn += wanted - there
        watched += wanted
    }

    /// Frames that came after silence had stood in for them: they have waited all along while as many frames were taken
    /// as the queue keeps, more than half a cushion of them at every moment.
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
        // An agent's microphone may hear the caller's keys: nothing stays where it was.
        for index in (count - frames)..<count { storage[index] = 0 }
        count -= frames
        leastLeft = min(leastLeft, count)
    }
}
