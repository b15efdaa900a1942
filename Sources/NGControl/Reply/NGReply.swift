/// Bodies of replies, in the shapes that rtpengine gives them.
package enum NGReply {
    package static let pong: NGDictionary = result("pong")
    package static let ok: NGDictionary = result("ok")

    package static func error(_ reason: String) -> NGDictionary {
        result("error").with("error-reason", .text(reason))
    }

    /// The relay has no room for another call.
    ///
    /// - Parameter isUnderstood: Whether the proxy said that it `supports` this; it gets an error otherwise.
    package static func loadLimit(_ reason: String, isUnderstood: Bool) -> NGDictionary {
        isUnderstood ? result("load limit").with("message", .text(reason)) : error(reason)
    }

    /// The answer to an offer, an answer or a request that makes an SDP.
    package static func sdp(_ sdp: [UInt8]) -> NGDictionary { ok.with("sdp", .string(sdp)) }

    /// The answer to `subscribe request`.
    package static func subscription(sdp: [UInt8], fromTags: [String], toTag: String) -> NGDictionary {
        let body = self.sdp(sdp).with("from-tags", .list(fromTags.map { .text($0) })).with("to-tag", .text(toTag))
        return fromTags.count == 1 ? body.with("from-tag", .text(fromTags[0])) : body
    }

    /// The answer to `query` and to `delete`.
    package static func call(_ report: CallReport) -> NGDictionary {
        report.entries.with("result", .text("ok"))
    }

    /// The answer to `delete` of a call that is unknown.
    package static func unknownDeleted(isFatal: Bool) -> NGDictionary {
        let reason = "Call-ID not found or tags didn't match"
        return isFatal ? error(reason) : ok.with("warning", .text(reason))
    }

    /// The answer to `list`.
    package static func calls(_ ids: some Sequence<String>) -> NGDictionary {
        ok.with("calls", .list(ids.map { .text($0) }))
    }

    package static func statistics(_ report: StatisticsReport) -> NGDictionary {
        ok.with("statistics", report.value)
    }

    /// The answer to `play media`.
    ///
    /// - Parameter milliseconds: Length of what is played, where it is known.
    package static func playing(milliseconds: Int?) -> NGDictionary {
        milliseconds.map { ok.with("duration", .integer($0)) } ?? ok
    }

    private static func result(_ word: String) -> NGDictionary { NGDictionary().with("result", .text(word)) }
}

extension NGDictionary {
    fileprivate func with(_ key: String, _ value: NGValue) -> NGDictionary {
        var copy = self
        copy[key] = value
        return copy
    }
}
