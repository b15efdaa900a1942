/// Whose audio an order means.
///
/// An order for the whole call and one for a party are kept apart, as in rtpengine: what was ordered for a party ends
/// only by an order for that party or for everyone.
package enum PartyScope: Hashable, Sendable {
    /// The whole call.
    case call
    /// The whole call, and each party that was named alone before.
    case everyone
    /// The party with this SIP tag.
    case tag(String)
    /// The party that the proxy gave this label.
    case label(String)
    /// The party whose SDP has this address of media.
    case address(String)

    /// What to do where a request does not say whom it means.
    enum Doubt {
        /// The order hides audio: more is hidden.
        case hideMore
        /// The order opens audio, or plays into it: nothing is done.
        case refuse
    }

    /// Reads the scope of an order outside offers and answers.
    ///
    /// `all` goes before `label`, `label` before `address`, `address` before `from-tag`. Proxies put a `from-tag` into
    /// every request: without `directional` it says nothing.
    ///
    /// - Parameter obeysTag: Whether a `from-tag` alone names the party, as it does in orders to play.
    init(_ fields: NGFields, doubt: Doubt, obeysTag: Bool = false) throws(NGRefusal) {
        if try Self.meansEveryone(fields, doubt: doubt) {
            self = .everyone
        } else if let label = try Self.name("label", fields) {
            self = .label(label)
        } else if let address = try Self.name("address", fields) {
            self = .address(address)
        } else if obeysTag || fields.isDirectional, let tag = try Self.name("from-tag", fields) {
            self = .tag(tag)
        } else if fields.isDirectional, doubt == .refuse {
            throw NGRefusal("Flag 'directional' needs one of from-tag, address, label, all")
        } else {
            self = .call
        }
    }

    private static func meansEveryone(_ fields: NGFields, doubt: Doubt) throws(NGRefusal) -> Bool {
        if fields.has("all") { return true }
        switch try fields.text("all")?.asWord {
        case nil, "none", "offer-answer", "except-offer-answer", "flows": return false
        case "all": return true
        case _? where doubt == .hideMore: return true
        case _?: throw NGRefusal("Value of 'all' is unknown")
        }
    }

    private static func name(_ key: String, _ fields: NGFields) throws(NGRefusal) -> String? {
        guard let name = try fields.text(key) else { return nil }
        guard !name.isEmpty else { throw NGRefusal("Value of '\(key)' is empty") }
        return name
    }
}
