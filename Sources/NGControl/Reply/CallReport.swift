/// Packets and bytes of a stream.
package struct PacketCounts: Hashable, Sendable {
    package var packets: Int
    package var bytes: Int
    package var errors: Int

    package init(packets: Int = 0, bytes: Int = 0, errors: Int = 0) {
        (self.packets, self.bytes, self.errors) = (packets, bytes, errors)
    }

    /// Sums that do not overflow.
    package static func + (first: PacketCounts, second: PacketCounts) -> PacketCounts {
        PacketCounts(
            packets: first.packets &+ second.packets, bytes: first.bytes &+ second.bytes,
            errors: first.errors &+ second.errors)
    }

    var value: NGValue {
        .named(["packets": .integer(packets), "bytes": .integer(bytes), "errors": .integer(errors)])
    }
}

/// An address and a port of UDP.
package struct EndpointReport: Hashable, Sendable {
    package var address: String
    package var port: Int

    package init(address: String, port: Int) { (self.address, self.port) = (address, port) }

    /// `IPv4` or `IPv6`.
    var family: String { address.utf8.contains(UInt8(ascii: ":")) ? "IPv6" : "IPv4" }

    var value: NGValue { .named(["family": .text(family), "address": .text(address), "port": .integer(port)]) }
}

/// One port of the relay: RTP, or RTCP where it has a port of its own.
package struct StreamReport: Hashable, Sendable {
    package var isRTCP: Bool
    package var local: EndpointReport?
    /// Where packets go.
    package var endpoint: EndpointReport?
    /// What the SDP said.
    package var advertised: EndpointReport?
    /// Seconds since 1970 of the last packet that came in.
    package var lastPacket: Int
    /// The source of the packets that come in.
    package var ssrc: UInt32?
    /// The suite of SRTP, such as `AES_CM_128_HMAC_SHA1_80`.
    package var cryptoSuite: String?
    /// Whether the address was learned from packets.
    package var isConfirmed: Bool
    /// What came in at the port.
    package var received: PacketCounts
    /// What went out of the port.
    package var sent: PacketCounts

    package init(
        isRTCP: Bool = false, local: EndpointReport? = nil, endpoint: EndpointReport? = nil,
        advertised: EndpointReport? = nil, lastPacket: Int = 0, ssrc: UInt32? = nil, cryptoSuite: String? = nil,
        isConfirmed: Bool = false, received: PacketCounts = PacketCounts(), sent: PacketCounts = PacketCounts()
    ) {
        (self.isRTCP, self.local, self.endpoint, self.advertised) = (isRTCP, local, endpoint, advertised)
        (self.lastPacket, self.ssrc, self.cryptoSuite, self.isConfirmed) = (lastPacket, ssrc, cryptoSuite, isConfirmed)
        (self.received, self.sent) = (received, sent)
    }

    var value: NGValue {
        let none = NGValue.dictionary([:])
        var entries: NGDictionary = [:]
        if let local {
            entries["local port"] = .integer(local.port)
            entries["local address"] = .text(local.address)
            entries["family"] = .text(local.family)
        }
        entries["endpoint"] = endpoint?.value ?? none
        entries["advertised endpoint"] = advertised?.value ?? none
        entries["crypto suite"] = cryptoSuite.map { .text($0) }
        entries["last packet"] = .integer(lastPacket)
        entries["SSRC"] = ssrc.map { .integer(Int($0)) }
        let flags = [isRTCP ? "RTCP" : "RTP", endpoint == nil ? nil : "filled", isConfirmed ? "confirmed" : nil]
        entries["flags"] = .list(flags.compactMap { $0.map { .text($0) } })
        entries["stats"] = received.value
        entries["stats_out"] = sent.value
        return .dictionary(entries)
    }
}

/// One section of media of a party.
package struct MediaReport: Hashable, Sendable {
    /// From 1 on.
    package var index: Int
    /// `audio`, `image`, …
    package var type: String
    /// `RTP/AVP`, …
    package var transport: String
    /// The codec with its clock rate, such as `PCMU/8000`.
    package var codec: String?
    /// `initialized`, `send`, `recv`, `rtcp-mux`, `SDES`, `passthrough`, `transcoding`, …
    package var flags: [String]
    /// RTP first, then RTCP.
    package var streams: [StreamReport]

    package init(
        index: Int, type: String = "audio", transport: String = "RTP/AVP", codec: String? = nil,
        flags: [String] = ["initialized", "send", "recv"], streams: [StreamReport] = []
    ) {
        (self.index, self.type, self.transport, self.codec) = (index, type, transport, codec)
        (self.flags, self.streams) = (flags, streams)
    }

    var value: NGValue {
        var entries: NGDictionary = [:]
        entries["index"] = .integer(index)
        entries["type"] = .text(type)
        entries["protocol"] = .text(transport)
        entries["codec"] = codec.map { .text($0) }
        entries["flags"] = .list(flags.map { .text($0) })
        entries["streams"] = .list(streams.map(\.value))
        return .dictionary(entries)
    }
}

/// One party of a call.
package struct TagReport: Hashable, Sendable {
    /// How one party hears another.
    package struct Link: Hashable, Sendable {
        package var tag: String
        /// Whether by offer and answer, and not by a subscription.
        package var isDialogue: Bool

        package init(tag: String, isDialogue: Bool = true) { (self.tag, self.isDialogue) = (tag, isDialogue) }

        var value: NGValue { .named(["tag": .text(tag), "type": .text(isDialogue ? "offer/answer" : "pub/sub")]) }
    }

    /// The SIP tag; empty for a party that has not answered yet.
    package var tag: String
    package var label: String?
    package var viaBranch: String?
    package var metadata: String?
    /// Seconds since 1970.
    package var created: Int
    /// Parties that this one hears.
    package var hears: [Link]
    /// Parties that hear this one.
    package var heardBy: [Link]
    package var medias: [MediaReport]

    package init(
        tag: String, label: String? = nil, viaBranch: String? = nil, metadata: String? = nil, created: Int,
        hears: [Link] = [], heardBy: [Link] = [], medias: [MediaReport] = []
    ) {
        (self.tag, self.label, self.viaBranch, self.metadata) = (tag, label, viaBranch, metadata)
        (self.created, self.hears, self.heardBy, self.medias) = (created, hears, heardBy, medias)
    }

    var value: NGValue {
        var entries: NGDictionary = [:]
        entries["tag"] = .text(tag)
        entries["label"] = label.map { .text($0) }
        entries["via-branch"] = viaBranch.map { .text($0) }
        entries["metadata"] = metadata.map { .text($0) }
        entries["created"] = .integer(created)
        // Older clients look here for the other side of the call.
        entries["in dialogue with"] = hears.first { $0.isDialogue }.map { .text($0.tag) }
        entries["subscriptions"] = .list(hears.map(\.value))
        entries["subscribers"] = .list(heardBy.map(\.value))
        entries["medias"] = .list(medias.map(\.value))
        return .dictionary(entries)
    }
}

/// One source of packets (RFC 3550), with what RTCP said of it.
package struct SourceReport: Hashable, Sendable {
    package var ssrc: UInt32
    package var counts: PacketCounts
    package var lastTimestamp: UInt32
    /// The sequence number with the times that it began anew above it.
    package var lastSequence: Int
    /// Packets that never came; `nil` where nothing was reported.
    package var lost: Int?

    package init(
        ssrc: UInt32, counts: PacketCounts, lastTimestamp: UInt32 = 0, lastSequence: Int = 0, lost: Int? = nil
    ) {
        (self.ssrc, self.counts, self.lastTimestamp) = (ssrc, counts, lastTimestamp)
        (self.lastSequence, self.lost) = (lastSequence, lost)
    }

    var value: NGValue {
        var entries: NGDictionary = [:]
        entries["packets"] = .integer(counts.packets)
        entries["bytes"] = .integer(counts.bytes)
        entries["last RTP timestamp"] = .integer(Int(lastTimestamp))
        entries["last RTP seq"] = .integer(lastSequence)
        entries["cumulative loss"] = lost.map { .integer($0) }
        return .dictionary(entries)
    }
}

/// A call, as `query` and `delete` tell it.
package struct CallReport: Hashable, Sendable {
    /// Microseconds since 1970.
    package var created: Int
    /// Seconds since 1970 of the last offer, answer or order.
    package var lastSignal: Int
    package var metadata: String?
    package var tags: [TagReport]
    package var sources: [SourceReport]
    /// Whether the call is recorded; `nil` where it never was.
    package var records: Bool?

    package init(
        created: Int, lastSignal: Int, metadata: String? = nil, tags: [TagReport] = [],
        sources: [SourceReport] = [], records: Bool? = nil
    ) {
        (self.created, self.lastSignal, self.metadata) = (created, lastSignal, metadata)
        (self.tags, self.sources, self.records) = (tags, sources, records)
    }

    var entries: NGDictionary {
        var entries: NGDictionary = [:]
        entries["created"] = .integer(created / 1_000_000)
        entries["created_us"] = .integer(created % 1_000_000)
        entries["last signal"] = .integer(lastSignal)
        entries["metadata"] = metadata.map { .text($0) }
        entries["SSRC"] = Self.dictionary(sources.map { (String($0.ssrc), $0.value) })
        entries["tags"] = Self.dictionary(tags.map { ($0.tag, $0.value) })
        entries["totals"] = .named(["RTP": totals(isRTCP: false).value, "RTCP": totals(isRTCP: true).value])
        if let records {
            entries["recording"] = .named(["call recording": .integer(records ? 1 : 0), "forwarding": .integer(0)])
        }
        return entries
    }

    /// What came in at all ports of a kind.
    package func totals(isRTCP: Bool) -> PacketCounts {
        tags.lazy.flatMap(\.medias).flatMap(\.streams).filter { $0.isRTCP == isRTCP }
            .reduce(PacketCounts()) { $0 + $1.received }
    }

    private static func dictionary(_ entries: [(String, NGValue)]) -> NGValue {
        .dictionary(NGDictionary(entries.map { (Array($0.0.utf8), $0.1) }) { first, _ in first })
    }
}

extension NGDictionary {
    /// The value of a key that is text.
    package subscript(key: String) -> NGValue? {
        get { self[Array(key.utf8)] }
        set { self[Array(key.utf8)] = newValue }
    }
}
