private import TextFormats

/// An order about all audio of a party: `block media`, `silence media`, and their ends.
package struct MediaOrder: Hashable, Sendable {
    /// Which flows of a party are meant, where parties hear each other in several ways.
    package enum Flows: String, Hashable, Sendable {
        case offerAnswer = "offer-answer"
        case exceptOfferAnswer = "except-offer-answer"
        case flows
    }

    package var callID: String
    package var scope: PartyScope
    /// The party that shall not hear ``scope``; `nil` for everyone.
    package var listener: PartyScope?
    package var flows: Flows?

    /// - Parameter opens: Whether the order lets audio through again. Such an order is refused where it is in doubt.
    init(_ fields: NGFields, opens: Bool) throws(NGRefusal) {
        callID = try fields.callID()
        scope = try PartyScope(fields, doubt: opens ? .refuse : .hideMore)
        flows = try fields.text("all").flatMap { Flows(rawValue: $0.asWord) }
        guard scope != .call && scope != .everyone else { return }
        if let label = try fields.text("to-label") {
            listener = .label(label)
        } else if let tag = try fields.text("to-tag"), !tag.isEmpty {
            listener = .tag(tag)
        }
    }
}

/// What a party hears from a file: `play media`.
package struct PlayRequest: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case file(String)
        /// The bytes of a file.
        case blob([UInt8])
        /// A number in a database, which the relay may not have.
        case database(Int)
    }

    package var callID: String
    /// Who hears it.
    package var scope: PartyScope
    package var source: Source
    /// Times that it is played, 1 or more.
    package var times: Int
    /// Milliseconds after which it ends.
    package var milliseconds: Int?

    init(_ fields: NGFields) throws(NGRefusal) {
        callID = try fields.callID()
        scope = try PartyScope.named(fields)
        if let file = try fields.text("file"), !file.isEmpty {
            source = .file(file)
        } else if case .string(let blob)? = fields["blob"], !blob.isEmpty {
            source = .blob(blob)
        } else if let text = try fields.text("blob64"), let blob = Base64.bytes(text), !blob.isEmpty {
            source = .blob(blob)
        } else if let number = try fields.number("db-id", in: 0...Int.max) {
            source = .database(number)
        } else {
            throw NGRefusal("No media file specified")
        }
        times = max(1, try fields.number("repeat-times", in: 0...1_000_000) ?? 1)
        let milliseconds = try fields.number("repeat-duration", in: 0...1_000_000_000)
        self.milliseconds = milliseconds == 0 ? nil : milliseconds
    }
}

/// An order to end what a party hears from a file: `stop media`.
package struct StopPlayRequest: Hashable, Sendable {
    package var callID: String
    package var scope: PartyScope

    init(_ fields: NGFields) throws(NGRefusal) {
        callID = try fields.callID()
        scope = try PartyScope.named(fields)
    }
}

/// A key that a party shall seem to have pressed: `play DTMF`.
package struct PlayKeyRequest: Hashable, Sendable, CustomStringConvertible {
    package var callID: String
    /// Who seems to press it.
    package var scope: PartyScope
    /// One of `0123456789*#ABCD`.
    package var key: UInt8
    /// Milliseconds of the key, 100 to 5000.
    package var duration: Int
    /// Milliseconds to the next key, 100 to 5000.
    package var pause: Int
    /// Level in dB, 0 to −63.
    package var volume: Int

    init(_ fields: NGFields) throws(NGRefusal) {
        callID = try fields.callID()
        scope = try PartyScope.named(fields)
        guard let key = try DTMFBlock.key(fields) else { throw NGRefusal("No valid DTMF code specified") }
        self.key = key
        duration = min(5000, max(100, try fields.number("duration", in: 0...Int.max) ?? 250))
        pause = min(5000, max(100, try fields.number("pause", in: 0...Int.max) ?? 100))
        volume = -abs(try fields.number("volume", in: -63...63) ?? 8)
    }

    /// The order without its key.
    package var description: String { "PlayKeyRequest(\(callID), \(scope))" }
}

extension PartyScope {
    /// The party or all parties that an order to play must name.
    static func named(_ fields: NGFields) throws(NGRefusal) -> PartyScope {
        let scope = try PartyScope(fields, doubt: .refuse, obeysTag: true)
        guard scope != .call else { throw NGRefusal("No participant party specified") }
        return scope
    }
}
