internal import Synchronization

/// The events of a call in the order in which they were told, each with its number; the last of them are kept for who
/// comes late.
package final class EventLog: Sendable {
    private struct State {
        var kept: [EventRecord] = []
        var last = 0
        var isFinished = false
        var followers: [AsyncStream<EventRecord>.Continuation] = []
    }
    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: How many events are kept; as many may wait for a follower that stands still.
    package init(capacity: Int = 1024) { self.capacity = capacity }

    /// What a log can give to one who goes on after a number.
    package struct Resumption: Sendable, Hashable {
        /// The events after it that are kept, in order.
        package var events: [EventRecord]
        /// Whether nothing lies between the number and the first of them.
        package var isComplete: Bool
    }

    /// The number of the last event; 0 before the first.
    package var last: Int { state.withLock { $0.last } }

    /// Takes an event and gives it with its number.
    @discardableResult
    package func append(_ record: EventRecord) -> EventRecord {
        state.withLock { state in
            guard !state.isFinished else { return record }
            var record = record
            state.last += 1
            record.number = state.last
            state.kept.append(record)
            // Cut back now and then, so that an event costs the same however many are kept.
            if state.kept.count >= 2 * capacity { state.kept.removeFirst(state.kept.count - capacity) }
            state.followers.removeAll { if case .terminated = $0.yield(record) { true } else { false } }
            return record
        }
    }

    /// The events after `number`, as a client asks that was told so far.
    package func events(after number: Int) -> Resumption {
        state.withLock { Self.events(after: number, in: $0, capacity) }
    }

    private static func events(after number: Int, in state: State, _ capacity: Int) -> Resumption {
        let kept = state.kept.suffix(capacity)
        let events = Array(kept.drop { $0.number <= number })
        let first = events.first?.number ?? state.last + 1
        return Resumption(events: events, isComplete: first == number + 1)
    }

    /// The events after `number` as far as they are kept, and all that are still to come; it ends with the call.
    ///
    /// A follower that stands still loses the oldest that wait for it, and sees by their numbers that they are missing.
    package func follow(after number: Int = 0) -> AsyncStream<EventRecord> {
        let (stream, follower) = AsyncStream.makeStream(
            of: EventRecord.self, bufferingPolicy: .bufferingNewest(capacity))
        state.withLock { state in
            for record in Self.events(after: number, in: state, capacity).events { follower.yield(record) }
            if state.isFinished { follower.finish() } else { state.followers.append(follower) }
        }
        return stream
    }

    /// The call is over: who follows is told all, and nothing more comes.
    package func finish() {
        state.withLock { state in
            state.isFinished = true
            for follower in state.followers { follower.finish() }
            state.followers = []
        }
    }
}
