package import Failures
internal import Synchronization

/// The calls that are on and the sessions in them: each name is claimed once, for as long as its call lasts.
package final class CallRegistry: Sendable {
    /// The one of this process.
    package static let shared = CallRegistry()

    /// A call that is on.
    package struct Entry: Sendable {
        /// The call's name.
        package let call: String
        /// Its payment session's name; `nil` where it takes no payment.
        package let session: String?
        /// What happened in it, for who follows it.
        package let log: EventLog
    }

    /// A name that a call in progress has.
    package struct NameTaken: Error, Sendable, Hashable {
        package enum Kind: String, Sendable { case call, session }
        package let kind: Kind
        package let name: String
    }

    private let entries = Mutex<[String: Entry]>([:])

    package init() {}

    /// Claims the names of a call and of its session; ``release(_:)`` gives them back.
    ///
    /// - Throws: ``NameTaken`` where a call in progress has one of them; nothing is claimed then.
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

    /// The call is over: its followers are told so, and its names are free.
    package func release(_ entry: Entry) {
        entry.log.finish()
        entries.withLock { entries in
            if entries[entry.call]?.log === entry.log { entries[entry.call] = nil }
        }
    }

    /// The call of a name; `nil` where none is on.
    package func entry(call: String) -> Entry? { entries.withLock { $0[call] } }

    /// The call whose session has a name.
    package func entry(session: String) -> Entry? {
        entries.withLock { $0.values.first { $0.session == session } }
    }

    /// Every call that is on, by name.
    package var all: [Entry] { entries.withLock { $0.values.sorted { $0.call < $1.call } } }
}

extension CallRegistry.NameTaken: ReportableError {
    package var failure: Failure {
        Failure(
            .usage, code: "call.name-taken", "a \(kind.rawValue) of that name is on already",
            advice: "choose another name")
    }
}
