/// An `offer` or an `answer`, with what the proxy wants of the SDP and of the call.
package struct OfferRequest: Hashable, Sendable {
    package var callID: String
    /// The tag of the offerer.
    package var fromTag: String
    /// The tag of the answerer; an answer always has one, an offer in a call too.
    package var toTag: String?
    /// The branch of a forked call.
    package var viaBranch: String?
    /// The body as it came.
    package var sdp: [UInt8]
    package var replace: SDPReplacement
    package var ice: ICEPolicy
    /// `offer`, `require`, `demux`, `accept`, `reject`.
    package var rtcpMux: Set<String>
    package var transport: TransportProtocol?
    /// Words on SDES, such as `off`, `no-NULL_HMAC_SHA1_32`, as they were written.
    package var sdes: [String]
    /// Whether the proxy wants no DTLS.
    package var refusesDTLS: Bool
    package var codecs: CodecOptions
    /// `IP4` or `IP6`, for the far side.
    package var addressFamily: String?
    /// The address that the SDP to the far side shall name.
    package var mediaAddress: String?
    /// Where the SIP message came from: an address to learn media from, if the SDP is not to be trusted.
    package var receivedFrom: String?
    /// Names of the interfaces towards the sender and the far side.
    package var direction: [String]
    package var label: String?
    package var delayBuffer: Int?
    package var dtmf: DTMFBlock?
    package var detectsTones: Bool
    /// Whether and how the call is recorded; `nil` where nothing is said.
    package var records: Bool?
    package var metadata: CallMetadata?
    /// Where a log of keys goes, `address:port`.
    package var dtmfLogDestination: String?
    /// Whether the proxy understands the reply `load limit`.
    package var understandsLoadLimit: Bool
    /// All flags, in lower case with hyphens: `trust-address`, `asymmetric`, `strict-source`, `media-handover`,
    /// `symmetric`, `port-latching`, `no-rtcp-attribute`, `loop-protect`, `inject-dtmf`.
    package var flags: Set<String>

    init(_ fields: NGFields, isAnswer: Bool) throws(NGRefusal) {
        guard case .string(let sdp)? = fields["sdp"], !sdp.isEmpty else { throw .noSDP }
        self.sdp = sdp
        callID = try fields.callID()
        guard let fromTag = try fields.text("from-tag"), !fromTag.isEmpty else { throw .noFromTag }
        self.fromTag = fromTag
        toTag = try fields.text("to-tag").flatMap { $0.isEmpty ? nil : $0 }
        if isAnswer && toTag == nil { throw .noToTag }
        viaBranch = try fields.text("via-branch")
        replace = SDPReplacement(fields.words("replace"))
        ice = fields.words("ice").sorted().lazy.compactMap { ICEPolicy(rawValue: $0) }.first ?? .default
        rtcpMux = fields.words("rtcp-mux")
        transport = try Self.transport(fields)
        sdes = fields.texts("sdes")
        refusesDTLS = !fields.words("dtls").isDisjoint(with: ["off", "no", "disable"])
        codecs = CodecOptions(fields)
        addressFamily = try fields.text("address-family")
        mediaAddress = try fields.text("media-address")
        receivedFrom = fields.texts("received-from").last
        direction = fields.texts("direction")
        label = try fields.text("label", "set-label")
        delayBuffer = try fields.number("delay-buffer", in: 0...10_000)
        let sender = isAnswer ? toTag ?? fromTag : fromTag
        dtmf = try DTMFBlock(signalled: fields, callID: callID, senderTag: sender)
        detectsTones = fields.has("detect-dtmf")
        records = fields.has("record-call") ? true : fields.truth("record-call")
        metadata = try fields.text("metadata").map { CallMetadata(text: $0) }
        dtmfLogDestination = try fields.text("dtmf-log-dest")
        understandsLoadLimit = fields.words("supports").contains("load-limit")
        flags = fields.flags
    }

    /// - Throws: ``NGRefusal`` for a protocol that is unknown: media meant to be encrypted must not go in clear.
    static func transport(_ fields: NGFields) throws(NGRefusal) -> TransportProtocol? {
        guard let text = fields.texts("transport-protocol").last else { return nil }
        if text.asWord == "accept" { return .accept }
        guard let transport = TransportProtocol(rawValue: text.uppercased()) else {
            throw NGRefusal("Value of 'transport-protocol' is unknown")
        }
        return transport
    }
}

extension NGFields {
    /// The call that every request but a few must name.
    func callID() throws(NGRefusal) -> String {
        guard let callID = try text("call-id"), !callID.isEmpty else { throw .noCallID }
        return callID
    }

    /// Whether a key says yes or no; `nil` where it says neither.
    func truth(_ key: String) -> Bool? {
        switch self[key]?.text?.asWord {
        case "yes", "on", "true", "1": true
        case "no", "off", "false", "0": false
        default: nil
        }
    }
}
