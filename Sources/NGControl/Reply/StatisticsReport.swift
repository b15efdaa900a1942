private import TextFormats

/// The relay as a whole, as `statistics` tells it.
package struct StatisticsReport: Hashable, Sendable {
    /// How often one proxy gave each command.
    package struct Proxy: Hashable, Sendable {
        /// Its address.
        package var address: String
        /// Requests by command, in one spelling such as `block-dtmf`.
        package var requests: [String: Int]
        package var errors: Int

        package init(address: String, requests: [String: Int] = [:], errors: Int = 0) {
            (self.address, self.requests, self.errors) = (address, requests, errors)
        }
    }

    package var sessions = 0
    package var transcodedMedia = 0
    /// Packets, bytes and errors a second, at present.
    package var rate = PacketCounts()
    /// Seconds since the start.
    package var uptime = 0
    package var managedSessions = 0
    package var rejectedSessions = 0
    /// Sessions that ended because nothing came any more.
    package var timedOutSessions = 0
    /// Sessions that never had a packet.
    package var silentSessions = 0
    /// Sessions that were offered and not answered in time.
    package var unansweredSessions = 0
    /// Sessions that a proxy deleted.
    package var endedSessions = 0
    /// Sessions that an operator ended.
    package var forcedSessions = 0
    package var relayed = PacketCounts()
    /// Streams that had packets in no direction, and in one alone.
    package var zeroWayStreams = 0
    package var oneWayStreams = 0
    /// Seconds of all sessions that ended.
    package var callSeconds = 0.0
    package var proxies: [Proxy] = []

    package init() {}

    var value: NGValue {
        .named([
            "currentstatistics": .dictionary(current), "totalstatistics": .dictionary(total),
            "intervalstatistics": .dictionary(["totalcallsduration".bytes: .text(Self.seconds(callSeconds))]),
            "controlstatistics": .dictionary(control),
        ])
    }

    private var current: NGDictionary {
        [
            "sessionsown".bytes: .integer(sessions), "sessionsforeign".bytes: .integer(0),
            "sessionstotal".bytes: .integer(sessions), "transcodedmedia".bytes: .integer(transcodedMedia),
            "packetrate".bytes: .integer(rate.packets), "byterate".bytes: .integer(rate.bytes),
            "errorrate".bytes: .integer(rate.errors), "packetrate_user".bytes: .integer(rate.packets),
            "byterate_user".bytes: .integer(rate.bytes), "errorrate_user".bytes: .integer(rate.errors),
            "media_userspace".bytes: .integer(sessions), "media_kernel".bytes: .integer(0),
            "media_mixed".bytes: .integer(0),
        ]
    }

    private var total: NGDictionary {
        let ended = endedSessions + forcedSessions + timedOutSessions
        return [
            "uptime".bytes: .text(String(uptime)), "managedsessions".bytes: .integer(managedSessions),
            "rejectedsessions".bytes: .integer(rejectedSessions), "timeoutsessions".bytes: .integer(timedOutSessions),
            "silenttimeoutsessions".bytes: .integer(silentSessions), "finaltimeoutsessions".bytes: .integer(0),
            "offertimeoutsessions".bytes: .integer(unansweredSessions),
            "regularterminatedsessions".bytes: .integer(endedSessions),
            "forcedterminatedsessions".bytes: .integer(forcedSessions),
            "relayedpackets".bytes: .integer(relayed.packets), "relayedbytes".bytes: .integer(relayed.bytes),
            "relayedpacketerrors".bytes: .integer(relayed.errors), "zerowaystreams".bytes: .integer(zeroWayStreams),
            "onewaystreams".bytes: .integer(oneWayStreams),
            "avgcallduration".bytes: .text(Self.seconds(ended == 0 ? 0 : callSeconds / Double(ended))),
            "totalcallsduration".bytes: .text(Self.seconds(callSeconds)),
        ]
    }

    /// Commands, and what rtpengine calls their counts.
    private static let counts = [
        "ping": "pingcount", "offer": "offercount", "answer": "answercount", "delete": "deletecount",
        "query": "querycount", "list": "listcount", "start-recording": "startreccount",
        "stop-recording": "stopreccount", "start-forwarding": "startfwdcount", "stop-forwarding": "stopfwdcount",
        "block-dtmf": "blkdtmfcount", "unblock-dtmf": "unblkdtmfcount", "block-media": "blkmediacount",
        "unblock-media": "unblkmediacount", "silence-media": "slnmediacount", "unsilence-media": "unslnmediacount",
        "play-media": "playmediacount", "stop-media": "stopmediacount", "play-dtmf": "playdtmfcount",
        "statistics": "statscount", "publish": "pubcount", "subscribe-request": "subreqcount",
        "subscribe-answer": "subanscount", "unsubscribe": "unsubcount",
    ]

    private var control: NGDictionary {
        var entries: NGDictionary = [:]
        for (command, name) in Self.counts {
            entries["total" + name] = .integer(proxies.reduce(0) { $0 + ($1.requests[command] ?? 0) })
        }
        entries["proxies"] = .list(
            proxies.map { proxy in
                var row: NGDictionary = [:]
                for (command, name) in Self.counts { row[name] = .integer(proxy.requests[command] ?? 0) }
                row["proxy"] = .text(proxy.address)
                row["errorcount"] = .integer(proxy.errors)
                return .dictionary(row)
            })
        return entries
    }

    /// Seconds with six decimals, as rtpengine writes them.
    private static func seconds(_ seconds: Double) -> String {
        decimal(Int((min(max(seconds, 0), 1e12) * 1e6).rounded()), decimals: 6)
    }
}

extension String {
    fileprivate var bytes: [UInt8] { Array(utf8) }
}
