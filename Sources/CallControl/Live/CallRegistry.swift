package import Failures
internal import Synchronization

/// The calls in progress and their sessions. A name is claimed for as long as its call lasts, and only once.
package final class CallRegistry: Sendable {
    /// The registry of this process.
    package static let shared = CallRegistry()

    /// A call in progress.
    package struct Entry: Sendable {
        /// The call's name.
        package let call: String
        /// The name of its payment session; `nil` if it takes no payment.
        package let session: String?
        /// Its events, for followers.
        package let log: EventLog
    }

    /// The name belongs to a call in progress.
    package struct NameTaken: Error, Sendable, Hashable {
        package enum Kind: String, Sendable { case call, session }
        package let kind: Kind
        package let name: String
    }

    private let entries = Mutex<[String: Entry]>([:])

    package init() {}

    /// Claims the names of a call and of its session. ``release(_:)`` frees them.
    ///
    /// - Throws: ``NameTaken`` if a call in progress has one of them. Neither is claimed then.
    package func claim(call: String, session: String?, log: EventLog = EventLog()) throws(NameTaken) -> Entry {
        let entry = Entry(call: call, session: session, log: log)
        let taken = entries.withLock { entries -> NameTaken? in
            if entries[call] != nil { return NameTaken(kind: .call, name: call) }
            if let session, entries.values.contains(where: { $0.session == session }) {
                return NameTaken(kind: .session, name: session)
            }
            entries[call] = entry
            return nil
        }
        if let taken { throw taken }
        return entry
    }

    /// Ends the call: its log is finished, and its names are free.
    package func release(_ entry: Entry) {
        entry.log.finish()
        entries.withLock { entries in
            if entries[entry.call]?.log === entry.log { entries[entry.call] = nil }
        }
    }

    /// The call named `call`; `nil` if it is not in progress.
    package func entry(call: String) -> Entry? { entries.withLock { $0[call] } }

    /// The call with the session named `session`; `nil` if it is not in progress.
    package func entry(session: String) -> Entry? {
        entries.withLock { $0.values.first { $0.session == session } }
    }

    /// All calls in progress, by name.
    package var all: [Entry] { entries.withLock { $0.values.sorted { $0.call < $1.call } } }
}

extension CallRegistry.NameTaken: ReportableError {
    package var failure: Failure {
        Failure(
            .usage, code: "call.name-taken", "a \(kind.rawValue) of that name is on already",
            advice: "choose another name")
    }
}
