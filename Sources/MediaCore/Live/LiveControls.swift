import LineControl
import Synchronization

/// The state shared by the loop and the owner of the call, as single words.
final class LiveControls: Sendable {
    private let condition = Atomic<UInt8>(0)
    private let stopping = Atomic<Bool>(false)
    private let stopped = Atomic<Bool>(false)
    private let callerPeak = Atomic<UInt32>(0)
    private let agentPeak = Atomic<UInt32>(0)
    private let seen = Atomic<Int>(0)
    private let turned = Atomic<Int>(0)

    /// What may be heard.
    var line: LineCondition {
        get {
            switch condition.load(ordering: .acquiring) {
            case 0: .open
            case 1: .secured
            default: .muted
            }
        }
        set { condition.store(newValue == .open ? 0 : newValue == .secured ? 1 : 2, ordering: .releasing) }
    }

    /// Whether the call must end.
    var isStopping: Bool {
        get { stopping.load(ordering: .acquiring) }
        set { stopping.store(newValue, ordering: .releasing) }
    }

    /// Whether the loop has ended and every port is closed.
    var hasStopped: Bool {
        get { stopped.load(ordering: .acquiring) }
        set { stopped.store(newValue, ordering: .releasing) }
    }

    /// Number of frames taken so far.
    var frames: Int {
        get { seen.load(ordering: .relaxed) }
        set { seen.store(newValue, ordering: .relaxed) }
    }

    /// Number of turns of the loop so far. It stays the same while a port hangs.
    var turns: Int { turned.load(ordering: .relaxed) }

    func countTurn() { turned.add(1, ordering: .relaxed) }

    /// Raises the peaks to those of this block, if they are larger.
    func note(caller: Float, agent: Float) {
        raise(callerPeak, to: caller)
        raise(agentPeak, to: agent)
    }

    /// The peaks since the last call, 0…1.
    func takePeaks() -> (caller: Float, agent: Float) {
        (
            Float(bitPattern: callerPeak.exchange(0, ordering: .relaxed)),
            Float(bitPattern: agentPeak.exchange(0, ordering: .relaxed))
        )
    }

    /// Peaks are never negative, so their bit patterns have the order of their values.
    private func raise(_ peak: borrowing Atomic<UInt32>, to value: Float) {
        if value.bitPattern > peak.load(ordering: .relaxed) { peak.store(value.bitPattern, ordering: .relaxed) }
    }
}
