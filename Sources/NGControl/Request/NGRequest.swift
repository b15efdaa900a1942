/// What a proxy wants of the relay.
package enum NGRequest: Hashable, Sendable {
    case ping
    case offer(OfferRequest)
    case answer(OfferRequest)
    case delete(DeleteRequest)
    case query(QueryRequest)
    /// At most so many calls.
    case list(limit: Int)
    case statistics
    case blockDTMF(DTMFBlock)
    case unblockDTMF(DTMFRelease)
    case blockMedia(MediaOrder)
    case unblockMedia(MediaOrder)
    case silenceMedia(MediaOrder)
    case unsilenceMedia(MediaOrder)
    case playMedia(PlayRequest)
    case stopMedia(StopPlayRequest)
    case playDTMF(PlayKeyRequest)
    case startRecording(RecordingRequest)
    /// Also `pause recording`.
    case stopRecording(RecordingRequest)
    case subscribeRequest(SubscribeRequest)
    case subscribeAnswer(SubscribeAnswer)
    case unsubscribe(UnsubscribeRequest)

    /// Reads a request. Unknown keys and flags are ignored.
    ///
    /// - Throws: ``NGRefusal`` for what cannot be carried out. A relay fails closed by
    ///   ``NGRefusal/callToSecure``.
    package init(_ message: NGMessage) throws(NGRefusal) {
        let command = message.command
        var read: NGFields?
        do throws(NGRefusal) {
            let fields = try NGFields(message)
            read = fields
            if let key = fields.contradicted.intersection(Self.decisive).min() {
                throw NGRefusal("Two values of '\(key)'")
            }
            self = try Self.request(command, fields)
        } catch {
            throw Self.secured(error, command, read, message)
        }
    }

    /// Keys that decide who hears what: two values of one leave a doubt.
    private static let decisive: Set<String> = [
        "command", "call-id", "from-tag", "to-tag", "label", "to-label", "address", "all", "dtmf-security",
        "dtmf-security-trigger", "dtmf-security-trigger-end", "trigger", "trigger-end", "trigger-end-digits",
        "trigger-end-time", "transport-protocol", "sdp", "block-dtmf",
    ]

    private static func request(_ command: String?, _ fields: NGFields) throws(NGRefusal) -> NGRequest {
        switch command {
        case nil: throw .noCommand
        case "ping": return .ping
        case "offer": return .offer(try OfferRequest(fields, isAnswer: false))
        case "answer": return .answer(try OfferRequest(fields, isAnswer: true))
        case "delete": return .delete(try DeleteRequest(fields))
        case "query": return .query(try QueryRequest(fields))
        case "list": return .list(limit: try fields.number("limit", in: 0...100_000) ?? 32)
        case "statistics": return .statistics
        case "start-recording": return .startRecording(try RecordingRequest(fields))
        case "stop-recording": return .stopRecording(try RecordingRequest(fields))
        case "pause-recording": return .stopRecording(try RecordingRequest(fields, pauses: true))
        case "subscribe-request": return .subscribeRequest(try SubscribeRequest(fields))
        case "subscribe-answer": return .subscribeAnswer(try SubscribeAnswer(fields))
        case "unsubscribe": return .unsubscribe(try UnsubscribeRequest(fields))
        case let command?: return try mediaRequest(command, fields)
        }
    }

    private static func mediaRequest(_ command: String, _ fields: NGFields) throws(NGRefusal) -> NGRequest {
        switch command {
        case "block-dtmf": .blockDTMF(try DTMFBlock(order: fields, callID: try fields.callID()))
        case "unblock-dtmf": .unblockDTMF(try DTMFRelease(fields, callID: try fields.callID()))
        case "block-media": .blockMedia(try MediaOrder(fields, opens: false))
        case "unblock-media": .unblockMedia(try MediaOrder(fields, opens: true))
        case "silence-media": .silenceMedia(try MediaOrder(fields, opens: false))
        case "unsilence-media": .unsilenceMedia(try MediaOrder(fields, opens: true))
        case "play-media": .playMedia(try PlayRequest(fields))
        case "stop-media": .stopMedia(try StopPlayRequest(fields))
        case "play-dtmf": .playDTMF(try PlayKeyRequest(fields))
        default: throw .unknownCommand
        }
    }

    /// A refusal that names the call, where the request was to hide keys or may have been.
    ///
    /// - Parameter fields: `nil` if they could not be understood.
    private static func secured(
        _ refusal: NGRefusal, _ command: String?, _ fields: NGFields?, _ message: NGMessage
    ) -> NGRefusal {
        let hides =
            switch command {
            case "block-dtmf": true
            case "offer", "answer": fields?.meansToHide ?? true
            default: fields?.contradicted.contains("command") ?? false
            }
        guard hides else { return refusal }
        var refusal = refusal
        refusal.callToSecure = fields?["call-id"]?.text ?? NGFields.callID(in: message)
        return refusal
    }
}

extension NGMessage {
    /// The command in one spelling, such as `block-dtmf`; `nil` where there is none.
    package var command: String? {
        body[Array("command".utf8)]?.text?.asWord
    }
}
