internal import NIOCore
internal import Synchronization

/// The open connections. Above the limit, the one that has waited longest for its request is closed.
final class ConnectionRegistry: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Increases with each step of any connection.
        var step: Int
        var isServed: Bool
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var steps = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Adds a connection; `false` if every open one is being served.
    func admit(_ channel: any Channel) -> Bool {
        let (isAdmitted, leaving) = state.withLock { state -> (Bool, (any Channel)?) in
            guard !state.isClosed else { return (false, nil) }
            var leaving: (any Channel)?
            if state.entries.count >= WireLimits.connections {
                let waiting = state.entries.filter { !$0.value.isServed }
                guard let oldest = waiting.min(by: { $0.value.step < $1.value.step }) else { return (false, nil) }
                state.entries[oldest.key] = nil
                leaving = oldest.value.channel
            }
            state.steps += 1
            state.entries[ObjectIdentifier(channel)] = Entry(channel: channel, step: state.steps, isServed: false)
            return (true, leaving)
        }
        leaving.map(Self.cut)
        return isAdmitted
    }

    /// Notes whether a connection's request is being served or it waits for another.
    func note(_ channel: any Channel, isServed: Bool) {
        state.withLock { state in
            state.steps += 1
            state.entries[ObjectIdentifier(channel)]?.step = state.steps
            state.entries[ObjectIdentifier(channel)]?.isServed = isServed
        }
    }

    func leave(_ channel: any Channel) {
        _ = state.withLock { $0.entries.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Cuts every connection, and accepts no further ones.
    func close() {
        let channels = state.withLock { state in
            state.isClosed = true
            return state.entries.values.map(\.channel)
        }
        channels.forEach(Self.cut)
    }

    /// Ends a connection without a reply.
    private static func cut(_ channel: any Channel) { channel.triggerUserOutboundEvent(Cut(), promise: nil) }

    /// The order to end a connection at once.
    struct Cut {}
}
