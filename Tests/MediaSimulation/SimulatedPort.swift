internal import MediaCore

/// A port of a ``SimulatedLine``, with the buffer of a sound device.
final class SimulatedPort: MediaPort {
    private let line: SimulatedLine
    private let captures: Bool
    private let format: PortFormat
    let bufferFrames: Int
    var group: String? { line.group }

    /// Frame of the world from which on the port runs; `nil` before.
    private var begin: Int?
    /// Frames read or written since then.
    private var moved = 0

    init(_ line: SimulatedLine, captures: Bool, _ format: PortFormat) {
        self.line = line
        self.captures = captures
        self.format = format
        bufferFrames = format.periods * format.periodFrames
    }

    private var worldFrame: Int { line.time.frames(at: format.sampleRate) }
    /// Frames that the device has captured, or could have played, since it began.
    private var passed: Int { begin.map { worldFrame - $0 } ?? 0 }
    /// Frames that can be read, or that are still to be played.
    private var held: Int { captures ? passed - moved : moved - passed }

    func start() {
        guard captures else { return }
        begin = worldFrame
        line.change { $0.began = worldFrame }
    }

    func wait(milliseconds: Int) -> PortTransfer {
        if line.isGone { return .lost(reason: "gone") }
        guard captures, let begin, !line.bringsNothing else {
            line.time.advance(milliseconds: milliseconds)
            return .notReady
        }
        if held > bufferFrames { return overrun() }
        let due = line.time.nanoseconds(to: begin + moved + format.periodFrames, at: format.sampleRate)
        line.time.advance(nanoseconds: min(due, 1_000_000 * milliseconds))
        return held >= format.periodFrames ? .frames(0) : .notReady
    }

    func read(into target: inout MutableSpan<Float>, limit: Int) -> PortTransfer {
        if line.isGone { return .lost(reason: "gone") }
        guard let begin, !line.bringsNothing else { return .notReady }
        if held > bufferFrames { return overrun() }
        let count = min(limit, held)
        guard count > 0 else { return .notReady }
        for index in 0..<count { target[index] = line.audio(begin + moved + index) }
        line.change { state in for index in 0..<count { state.brought.append(line.audio(begin + moved + index)) } }
        moved += count
        return .frames(count)
    }

    func write(_ samples: Span<Float>) -> PortTransfer {
        if line.isGone { return .lost(reason: "gone") }
        if begin != nil && held < 0 { return underrun() }
        let count = min(samples.count, bufferFrames - held)
        guard count > 0 else { return .notReady }
        line.change { state in for index in 0..<count { state.played.append(samples[index]) } }
        moved += count
        if begin == nil && moved >= bufferFrames - format.periodFrames { begin = worldFrame }
        return .frames(count)
    }

    func check() -> PortTransfer {
        if line.isGone { return .lost(reason: "gone") }
        return begin != nil && !captures && held < 0 ? underrun() : .frames(0)
    }

    func drain(milliseconds: Int) {}

    func nextTelephoneEvent() -> TelephoneEvent? { captures ? line.nextEvent() : nil }

    private func overrun() -> PortTransfer {
        (begin, moved) = (worldFrame, 0)
        return .xrun
    }

    private func underrun() -> PortTransfer {
        (begin, moved) = (nil, 0)
        return .xrun
    }
}
