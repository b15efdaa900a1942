internal import Synchronization

/// The numbered events of a call, in order. The last ones are kept for followers that start late.
package final class EventLog: Sendable {
    private struct State {
        var kept: [EventRecord] = []
        var last = 0
        var isFinished = false
        var followers: [AsyncStream<EventRecord>.Continuation] = []
    }
    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: Number of events kept. As many may wait for a slow follower.
    package init(capacity: Int = 1024) { self.capacity = capacity }

    /// The events that a log can give to a client that resumes after a number.
    package struct Resumption: Sendable, Hashable {
        /// The events after the number that are still kept, in order.
        package var events: [EventRecord]
        /// Whether the events continue right after the number, so that none is missing.
        package var isComplete: Bool
    }

    /// The number of the last event; 0 before the first.
    package var last: Int { state.withLock { $0.last } }

    /// Appends an event. Returns it with its number.
    @discardableResult
    package func append(_ record: EventRecord) -> EventRecord {
        state.withLock { state in
            guard !state.isFinished else { return record }
            var record = record
            state.last += 1
            record.number = state.last
            state.kept.append(record)
            // Old events are removed in batches, so that the cost of an event does not depend on the capacity.
            if state.kept.count >= 2 * capacity { state.kept.removeFirst(state.kept.count - capacity) }
            state.followers.removeAll { if case .terminated = $0.yield(record) { true } else { false } }
            return record
        }
    }

    /// The events after `number`, the last one that a client has received.
    package func events(after number: Int) -> Resumption {
        state.withLock { Self.events(after: number, in: $0, capacity) }
    }

    private static func events(after number: Int, in state: State, _ capacity: Int) -> Resumption {
        let kept = state.kept.suffix(capacity)
        let events = Array(kept.drop { $0.number <= number })
        let first = events.first?.number ?? state.last + 1
        return Resumption(events: events, isComplete: first == number + 1)
    }

    /// The events after `number` that are kept, then all later ones. The stream ends with the call.
    ///
    /// A slow follower loses the oldest events that wait for it. The numbers show that they are missing.
    package func follow(after number: Int = 0) -> AsyncStream<EventRecord> {
        let (stream, follower) = AsyncStream.makeStream(
            of: EventRecord.self, bufferingPolicy: .bufferingNewest(capacity))
        state.withLock { state in
            for record in Self.events(after: number, in: state, capacity).events { follower.yield(record) }
            if state.isFinished { follower.finish() } else { state.followers.append(follower) }
        }
        return stream
    }

    /// Ends the log. Followers receive the remaining events, and later events are ignored.
    package func finish() {
        state.withLock { state in
            state.isFinished = true
            for follower in state.followers { follower.finish() }
            state.followers = []
        }
    }
}
