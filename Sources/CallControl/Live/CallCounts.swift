package import MediaCore

/// What happened to the audio of a live call so far.
package struct CallCounts: Sendable, Hashable {
    package private(set) var presses = 0
    package private(set) var xruns: [CallLeg: Int] = [:]
    package private(set) var droppedFrames: [CallLeg: Int] = [:]
    package private(set) var stalls = 0
    package private(set) var losses = 0

    package init() {}

    package mutating func count(_ event: MediaEvent) {
        switch event {
        case .key: presses += 1
        case .xrun(let leg): xruns[leg, default: 0] += 1
        case .dropped(let leg, let frames): droppedFrames[leg, default: 0] += frames
        case .stalled: stalls += 1
        case .lost: losses += 1
        case .unrecorded, .reopened: break
        }
    }

    package var allXruns: Int { xruns.values.reduce(0, +) }
    package var allDropped: Int { droppedFrames.values.reduce(0, +) }
}

/// Troubles that may come a hundred times a second, told once a second at most, with their sum.
struct TroubleSums {
    private var xruns: [CallLeg: Int] = [:]
    private var dropped: [CallLeg: Int] = [:]
    /// Legs whose xruns are to be told, the one that waits longest first.
    private var turns: [CallLeg] = []
    private var lateTurns: [CallLeg] = []
    private var (nextXrun, nextLate) = (Duration.zero, Duration.zero)

    /// What is to be told of a leg since the last time.
    enum Sum: Equatable {
        case xruns(CallLeg, count: Int)
        case dropped(CallLeg, frames: Int)
    }

    /// Takes an event in; `false` where it is none that is summed.
    mutating func add(_ event: MediaEvent) -> Bool {
        switch event {
        case .xrun(let leg):
            xruns[leg, default: 0] += 1
            if !turns.contains(leg) { turns.append(leg) }
        case .dropped(let leg, let frames):
            dropped[leg, default: 0] += frames
            if !lateTurns.contains(leg) { lateTurns.append(leg) }
        default: return false
        }
        return true
    }

    /// What is due at `now`, of each kind one a second at most; at the call's end all of it.
    mutating func due(at now: Duration, isLast: Bool = false) -> [Sum] {
        var sums: [Sum] = []
        while !turns.isEmpty && (isLast || now >= nextXrun) {
            let leg = turns.removeFirst()
            sums.append(.xruns(leg, count: xruns.removeValue(forKey: leg) ?? 0))
            nextXrun = now + .seconds(1)
        }
        while !lateTurns.isEmpty && (isLast || now >= nextLate) {
            let leg = lateTurns.removeFirst()
            sums.append(.dropped(leg, frames: dropped.removeValue(forKey: leg) ?? 0))
            nextLate = now + .seconds(1)
        }
        return sums
    }
}
