/// An order to end a call, or one branch of it: `delete`.
package struct DeleteRequest: Hashable, Sendable {
    package var callID: String
    package var fromTag: String?
    package var toTag: String?
    package var viaBranch: String?
    /// Whether an unknown call is an error, and not a warning.
    package var isFatal: Bool
    /// Whether the proxy can do without statistics.
    package var isFast: Bool
    /// Whether ``toTag`` restricts what is deleted.
    package var obeysToTag: Bool
    /// Seconds until the call is deleted; `nil` where the relay decides.
    package var delay: Int?

    init(_ fields: NGFields) throws(NGRefusal) {
        callID = try fields.callID()
        fromTag = try fields.text("from-tag")
        toTag = try fields.text("to-tag")
        viaBranch = try fields.text("via-branch")
        isFatal = fields.has("fatal")
        isFast = fields.has("fast")
        obeysToTag = fields.has("to-tag")
        delay = try fields.number("delete-delay", in: 0...86_400)
    }
}

/// A question about a call: `query`.
package struct QueryRequest: Hashable, Sendable {
    package var callID: String
    package var fromTag: String?
    package var toTag: String?

    init(_ fields: NGFields) throws(NGRefusal) {
        callID = try fields.callID()
        fromTag = try fields.text("from-tag")
        toTag = try fields.text("to-tag")
    }
}

/// An order to record a call, or to end that.
package struct RecordingRequest: Hashable, Sendable {
    package var callID: String
    /// Whether a recording that stops can be continued.
    package var pauses: Bool
    /// Whether a recording that stops is thrown away.
    package var discards: Bool
    /// Where the proxy wants the recording.
    package var file: String?
    package var metadata: CallMetadata?

    init(_ fields: NGFields, pauses: Bool = false) throws(NGRefusal) {
        callID = try fields.callID()
        self.pauses = pauses || fields.has("pause") || fields.truth("pause") == true
        discards = fields.has("discard-recording")
        file = try fields.text("recording-file")
        metadata = try fields.text("metadata").map { CallMetadata(text: $0) }
    }
}

/// An order to give a copy of media to a new party: `subscribe request`.
package struct SubscribeRequest: Hashable, Sendable {
    package var callID: String
    /// Whose media is copied: one party, or ``PartyScope/everyone``; ``PartyScope/call`` where ``tags`` names them.
    package var scope: PartyScope
    /// Several parties.
    package var tags: [String]
    /// The tag that the subscription shall have; the relay makes one where it is `nil`.
    package var toTag: String?
    package var label: String?
    package var replace: SDPReplacement
    package var transport: TransportProtocol?
    package var codecs: CodecOptions
    package var flags: Set<String>

    init(_ fields: NGFields) throws(NGRefusal) {
        callID = try fields.callID()
        tags = fields.texts("from-tags")
        scope = try PartyScope(fields, doubt: .refuse, obeysTag: true)
        guard scope != .call || !tags.isEmpty else { throw NGRefusal("No monologues matched") }
        toTag = try fields.text("to-tag")
        label = try fields.text("set-label", "to-label")
        replace = SDPReplacement(fields.words("replace"))
        transport = try OfferRequest.transport(fields)
        codecs = CodecOptions(fields)
        flags = fields.flags
    }
}

/// The answer of a subscriber: `subscribe answer`.
package struct SubscribeAnswer: Hashable, Sendable {
    package var callID: String
    package var toTag: String
    package var sdp: [UInt8]
    package var flags: Set<String>

    init(_ fields: NGFields) throws(NGRefusal) {
        callID = try fields.callID()
        guard let toTag = try fields.text("to-tag"), !toTag.isEmpty else { throw .noToTag }
        guard case .string(let sdp)? = fields["sdp"], !sdp.isEmpty else { throw .noSDP }
        (self.toTag, self.sdp, flags) = (toTag, sdp, fields.flags)
    }
}

/// An order to end a subscription: `unsubscribe`.
package struct UnsubscribeRequest: Hashable, Sendable {
    package var callID: String
    package var toTag: String

    init(_ fields: NGFields) throws(NGRefusal) {
        callID = try fields.callID()
        guard let toTag = try fields.text("to-tag"), !toTag.isEmpty else { throw .noToTag }
        self.toTag = toTag
    }
}
