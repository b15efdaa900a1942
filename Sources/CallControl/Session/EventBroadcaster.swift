/// Gives a session's events to everyone who subscribes: each gets all of them, whenever it came.
///
/// The history is kept whole: a session has some hundreds of events, and none of them holds a digit.
struct EventBroadcaster {
    private(set) var history: [CallEvent] = []
    private var subscribers: [AsyncStream<CallEvent>.Continuation] = []
    private var isFinished = false

    mutating func subscribe() -> AsyncStream<CallEvent> {
        let (stream, subscriber) = AsyncStream.makeStream(of: CallEvent.self)
        for event in history { subscriber.yield(event) }
        if isFinished { subscriber.finish() } else { subscribers.append(subscriber) }
        return stream
    }

    mutating func publish(_ event: CallEvent) {
        guard !isFinished else { return }
        history.append(event)
        subscribers.removeAll { if case .terminated = $0.yield(event) { true } else { false } }
    }

    /// Ends every subscription once it has what was published; nothing more comes.
    mutating func finish() {
        isFinished = true
        for subscriber in subscribers { subscriber.finish() }
        subscribers = []
    }
}
