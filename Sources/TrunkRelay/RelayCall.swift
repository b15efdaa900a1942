import NGControl
import RTPMedia
import RTPStreams
import SessionDescription
import Synchronization

/// A call that the relay carries: two parties, the offerer first, and a stream for each section of audio.
struct RelayCall {
    /// One of the two.
    struct Party {
        /// The SIP tag; empty for a party that has not answered yet.
        var tag = ""
        var label: String?
        /// The address of media in the party's last SDP.
        var address: String?
        /// Whether an order for this party alone hides its digits.
        var isHidden = false
        /// Whether nothing that the party sends goes on, for each kind of order.
        var isBlocked = false
        var isSilenced = false
        /// What its last SDP says of payload types, a section each.
        var payloads: [[UInt8: PayloadMap.Kind]] = []
    }

    /// A stream, and what can be told of it without its loop.
    struct Section {
        var id: Int
        var loop: MediaLoop
        /// The relay's ports towards each party.
        var ports: [UInt16]
        var meters: [StreamMeter]
    }

    let id: String
    /// Microseconds since 1970, and of the relay's own clock.
    let created: Int64
    var lastSignal: Int64
    /// Whether an order for the whole call hides digits.
    var isHidden = false
    var parties = [Party(), Party()]
    /// The streams by the number of their section; `nil` for a section that is rejected.
    var sections: [Section?] = []

    /// The side of the party with this tag.
    func side(tag: String) -> Int? { parties.firstIndex { $0.tag == tag } }

    /// The side that a scope names; `nil` for the whole call. Throws if no party matches.
    func side(of scope: PartyScope) throws(NGRefusal) -> Int? {
        switch scope {
        case .call, .everyone: return nil
        case .tag(let tag): return try found(side(tag: tag), .unknownTag)
        case .label(let label): return try found(parties.firstIndex { $0.label == label }, .unknownLabel)
        case .address(let address): return try found(parties.firstIndex { $0.address == address }, .unknownAddress)
        }
    }

    private func found(_ side: Int?, _ refusal: NGRefusal) throws(NGRefusal) -> Int {
        guard let side else { throw refusal }
        return side
    }

    /// When a packet or a signal last came, in microseconds of the relay's clock.
    var lastActivity: Int64 {
        let packets = sections.compactMap { $0 }.flatMap(\.meters).map { $0.lastArrival.load(ordering: .relaxed) }
        return max(lastSignal, packets.max() ?? 0)
    }

    /// What the payload types stand for that `side` sends in `section`: what both said, and where they contradict each
    /// other, what the side that listens said.
    func payloadMap(side: Int, section: Int) -> PayloadMap {
        var kinds = PayloadMap.staticTypes
        for party in [parties[side], parties[1 - side]] where section < party.payloads.count {
            for (type, kind) in party.payloads[section] {
                if case .telephoneEvent? = kinds[type] { continue }
                kinds[type] = kind
            }
        }
        return PayloadMap(kinds)
    }
}
