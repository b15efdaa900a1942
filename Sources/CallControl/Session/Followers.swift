/// The readers of a session's events: each gets all of them, whenever it came.
///
/// The history is kept whole: a session has some hundreds of events, and none of them holds a digit.
struct Followers {
    private(set) var history: [CallEvent] = []
    private var readers: [AsyncStream<CallEvent>.Continuation] = []
    private var isFinished = false

    mutating func follow() -> AsyncStream<CallEvent> {
        let (stream, reader) = AsyncStream.makeStream(of: CallEvent.self)
        for event in history { reader.yield(event) }
        if isFinished { reader.finish() } else { readers.append(reader) }
        return stream
    }

    mutating func tell(_ event: CallEvent) {
        guard !isFinished else { return }
        history.append(event)
        readers.removeAll { reader in
            if case .terminated = reader.yield(event) { true } else { false }
        }
    }

    mutating func finish() {
        isFinished = true
        for reader in readers { reader.finish() }
        readers = []
    }
}
