/// Why a request is not carried out.
package struct NGRefusal: Error, Hashable, Sendable {
    /// The words for the proxy. They hold nothing that the request said but names of keys.
    package var reason: String
    /// The call whose digits were to be hidden, by `block DTMF` or by an offer or an answer.
    ///
    /// Proxies may go on after an error, and a call that is known already goes on anyway. A relay that hides all
    /// digits of this call fails closed.
    package var callToSecure: String?

    package init(_ reason: String, callToSecure: String? = nil) {
        (self.reason, self.callToSecure) = (reason, callToSecure)
    }

    /// The reply that says so.
    package var reply: NGDictionary { NGReply.error(reason) }

    static let noCommand = NGRefusal("Dictionary contains no key \"command\"")
    static let unknownCommand = NGRefusal("Unrecognized command")
    static let noCallID = NGRefusal("No call-id in message")
    static let noFromTag = NGRefusal("No from-tag in message")
    static let noToTag = NGRefusal("No to-tag in message")
    static let noSDP = NGRefusal("No SDP body in message")
    /// What a relay says of a call that it does not know.
    package static let unknownCall = NGRefusal("Unknown call-ID")
    /// What a relay says of a tag that it does not know.
    package static let unknownTag = NGRefusal("From-tag given, but no such tag exists")
    /// What a relay says of a label that it does not know.
    package static let unknownLabel = NGRefusal("No monologue matching the given label")
    /// What a relay says of an address that no party has.
    package static let unknownAddress = NGRefusal("Failed to match address to any tag")
}
