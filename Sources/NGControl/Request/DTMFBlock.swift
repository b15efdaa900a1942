/// What the far side gets in place of a key.
package enum DTMFSecurity: String, Hashable, Sendable, CaseIterable {
    /// Nothing: events are left out.
    case drop
    case silence
    /// One tone, the same for all keys.
    case tone
    /// Another key, at random.
    case random
    /// The key 0.
    case zero
    /// A key of the proxy's choice.
    case dtmf
    /// The key itself: nothing is hidden.
    case off

    /// - Throws: ``NGRefusal`` for a mode that is unknown. It is never taken for ``off``.
    init?(_ fields: NGFields, _ key: String) throws(NGRefusal) {
        guard let text = try fields.text(key) else { return nil }
        guard let mode = Self(rawValue: text.asWord) else { throw NGRefusal("Value of '\(key)' is unknown") }
        self = mode
    }
}

/// Keys that a party dials, such as a code that secures a call. They may hold a PIN, so they are not printed.
package struct DialledKeys: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Most keys of a code.
    package static let most = 32
    /// Each one of `0123456789*#ABCD`.
    package let keys: [UInt8]

    init?(_ fields: NGFields, _ key: String) throws(NGRefusal) {
        guard let text = try fields.text(key), !text.isEmpty else { return nil }
        keys = text.uppercased().utf8.map { $0 }
        guard keys.count <= Self.most, keys.allSatisfy("0123456789*#ABCD".utf8.contains) else {
            throw NGRefusal("Value of '\(key)' is no string of keys")
        }
    }

    package var description: String { "\(keys.count) keys" }
    package var debugDescription: String { description }
}

/// A code that hides keys once it is dialled, and what ends that.
package struct DTMFTrigger: Hashable, Sendable {
    package var keys: DialledKeys
    /// What hides keys from then on; not ``DTMFSecurity/off``.
    package var mode: DTMFSecurity
    /// A code that ends it.
    package var endKeys: DialledKeys?
    /// What holds after the end.
    package var endMode: DTMFSecurity
    /// Number of keys after which it ends by itself.
    package var endCount: Int?
    /// Milliseconds after which it ends by itself.
    package var endMilliseconds: Int?

    init?(_ fields: NGFields, security: DTMFSecurity?) throws(NGRefusal) {
        guard let keys = try DialledKeys(fields, "trigger") else { return nil }
        self.keys = keys
        let asked = try DTMFSecurity(fields, "dtmf-security-trigger") ?? security ?? .drop
        mode = asked == .off ? .drop : asked
        endKeys = try DialledKeys(fields, "trigger-end")
        endMode = try DTMFSecurity(fields, "dtmf-security-trigger-end") ?? .off
        let (count, time) = (
            try fields.number("trigger-end-digits", in: 0...1_000_000),
            try fields.number("trigger-end-time", in: 0...1_000_000_000)
        )
        endCount = count == 0 ? nil : count
        endMilliseconds = time == 0 ? nil : time
    }
}

/// An order to hide keys of both kinds, events and tones: `block DTMF`, or that flag in an offer or an answer.
package struct DTMFBlock: Hashable, Sendable {
    package var callID: String
    package var scope: PartyScope
    /// What hides keys from now on; ``DTMFSecurity/off`` only where a ``trigger`` is to come.
    package var mode: DTMFSecurity
    package var trigger: DTMFTrigger?
    /// Delay of the audio in milliseconds that the proxy asks for.
    package var delayBuffer: Int?
    /// Whether tones are to be detected although nothing else needs it.
    package var detectsTones: Bool
    /// The key that ``DTMFSecurity/dtmf`` sends, one of `0123456789*#ABCD`.
    package var replacement: UInt8?
    /// Frequencies of ``DTMFSecurity/tone`` in Hz, one a key by turns; none means 400 Hz.
    package var frequencies: [Int]
    /// Level of what replaces a key, in dB: 0 to −63.
    package var volume: Int?

    /// Reads the order from `block DTMF`.
    init(order fields: NGFields, callID: String) throws(NGRefusal) {
        try self.init(fields, callID: callID, scope: try PartyScope(fields, doubt: .hideMore), isOrder: true)
    }

    /// Reads the order from an offer or an answer; `nil` without one.
    ///
    /// Such an order holds from the first packet. It is for the whole call, and with `directional` for the party that
    /// sends the message alone: the offerer of an offer, the answerer of an answer.
    init?(signalled fields: NGFields, callID: String, senderTag: String) throws(NGRefusal) {
        let isOrder = fields.ordersToHide
        try self.init(
            fields, callID: callID, scope: fields.isDirectional ? .tag(senderTag) : .call, isOrder: isOrder)
        if !isOrder && trigger == nil { return nil }
    }

    private init(_ fields: NGFields, callID: String, scope: PartyScope, isOrder: Bool) throws(NGRefusal) {
        (self.callID, self.scope) = (callID, scope)
        let security = try DTMFSecurity(fields, "dtmf-security")
        trigger = try DTMFTrigger(fields, security: security)
        // An order to hide that says `off` hides, unless a code is awaited: so does rtpengine.
        switch (isOrder, trigger == nil) {
        case (true, true): mode = security == .off ? .drop : security ?? .drop
        case (true, false): mode = security ?? .off
        case (false, _): mode = .off
        }
        delayBuffer = try fields.number("delay-buffer", in: 0...10_000)
        detectsTones = fields.has("detect-dtmf")
        replacement = try Self.key(fields)
        frequencies = try Self.frequencies(fields)
        volume = try fields.number("volume", in: -63...63).map { -abs($0) }
    }

    /// A key as a character or as the number of its event.
    static func key(_ fields: NGFields) throws(NGRefusal) -> UInt8? {
        guard let value = fields["digit"] else { return nil }
        let keys = Array("0123456789*#ABCD".utf8)
        if let text = value.text?.uppercased().utf8, text.count == 1, let key = text.first, keys.contains(key) {
            return key
        }
        guard let number = value.number, keys.indices ~= number else { throw NGRefusal("Value of 'digit' is no key") }
        return keys[number]
    }

    private static func frequencies(_ fields: NGFields) throws(NGRefusal) -> [Int] {
        try fields.texts("frequency").flatMap { $0.split(separator: ",") }.map { (text) throws(NGRefusal) -> Int in
            guard let frequency = Int(text), 1...20_000 ~= frequency else {
                throw NGRefusal("Value of 'frequency' is out of range")
            }
            return frequency
        }
    }
}

extension NGFields {
    /// Whether an offer or an answer says `block DTMF`, as a flag or as a key.
    var ordersToHide: Bool { has("block-dtmf") || self["block-dtmf"].map { $0.number != 0 } ?? false }

    /// Whether it hides keys at once, or once a code is dialled.
    var meansToHide: Bool { ordersToHide || self["trigger"] != nil }
}

/// An order to let keys through again: `unblock DTMF`.
package struct DTMFRelease: Hashable, Sendable {
    package var callID: String
    /// ``PartyScope/call`` leaves parties hidden that were named alone.
    package var scope: PartyScope
    /// Delay of the audio in milliseconds that the proxy asks for.
    package var delayBuffer: Int?

    init(_ fields: NGFields, callID: String) throws(NGRefusal) {
        self.callID = callID
        scope = try PartyScope(fields, doubt: .refuse)
        delayBuffer = try fields.number("delay-buffer", in: 0...10_000)
    }
}
