/// Sends a session's events to every subscriber. Each receives all events from the beginning.
///
/// The whole history is kept: a session has some hundreds of events, and they hold no digits.
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

    /// Ends every subscription after the events published so far.
    mutating func finish() {
        isFinished = true
        for subscriber in subscribers { subscriber.finish() }
        subscribers = []
    }
}
