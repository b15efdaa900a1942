package import NGControl
package import RTPMedia
import RTPStreams
import SessionDescription

/// The calls of a relay, and what a proxy may order of them. One thread uses it.
package struct CallRegistry: ~Copyable {
    private let settings: RelaySettings
    private let advertised: IPAddress
    private let loops: [MediaLoop]
    private var ports: MediaPorts
    private(set) var calls: [String: RelayCall] = [:]
    private var nextStream = 1
    /// Whether new calls are refused, because the relay is about to end.
    package var isDraining = false

    /// - Parameter loops: Threads for the media, one or more, which have been started.
    /// - Returns: `nil` if the advertised address is no numeric one.
    package init?(_ settings: RelaySettings, loops: [MediaLoop]) {
        guard let advertised = IPAddress(settings.advertised), !loops.isEmpty else { return nil }
        (self.settings, self.advertised, self.loops) = (settings, advertised, loops)
        ports = MediaPorts(on: settings.interface, settings.ports)
    }

    package var count: Int { calls.count }

    /// Carries out a request at `now`, in microseconds of the loops' clock, and gives the body of the reply.
    package mutating func reply(to message: NGMessage, at now: Int64) -> NGDictionary {
        do throws(NGRefusal) {
            return try carryOut(NGRequest(message), at: now)
        } catch {
            if let call = error.callToSecure { hide(call, side: nil, true) }
            return error.reply
        }
    }

    private mutating func carryOut(_ request: NGRequest, at now: Int64) throws(NGRefusal) -> NGDictionary {
        switch request {
        case .ping: return NGReply.pong
        case .offer(let offer):
            return try securing(offer.dtmf) { registry throws(NGRefusal) in
                try registry.take(offer, isAnswer: false, at: now)
            }
        case .answer(let answer):
            return try securing(answer.dtmf) { registry throws(NGRefusal) in
                try registry.take(answer, isAnswer: true, at: now)
            }
        case .delete(let request): return delete(request)
        case .query(let request): return NGReply.call(CallReporter.report(try call(request.callID), loopTime: now))
        case .list(let limit): return NGReply.calls(calls.keys.sorted().prefix(limit))
        case .blockDTMF(let order):
            return try securing(order) { registry throws(NGRefusal) in
                try registry.block(order)
            }
        case .unblockDTMF(let order):
            let side = try call(order.callID).side(of: order.scope)
            if order.scope == .everyone {
                for side in 0...1 { calls[order.callID]?.parties[side].isHidden = false }
            }
            hide(order.callID, side: side, false)
            return NGReply.ok
        case .blockMedia(let order): return try stop(order, \.isBlocked, true)
        case .unblockMedia(let order): return try stop(order, \.isBlocked, false)
        case .silenceMedia(let order): return try stop(order, \.isSilenced, true)
        case .unsilenceMedia(let order): return try stop(order, \.isSilenced, false)
        default: throw NGRefusal("This relay does not carry out that command")
        }
    }

    /// Carries out a request. If it is refused and was to hide digits, the whole call is hidden: a proxy may go on
    /// after an error.
    private mutating func securing(
        _ order: DTMFBlock?, _ body: (inout Self) throws(NGRefusal) -> NGDictionary
    ) throws(NGRefusal) -> NGDictionary {
        do throws(NGRefusal) {
            return try body(&self)
        } catch {
            guard let order, order.mode != .off || order.trigger != nil else { throw error }
            throw NGRefusal(error.reason, callToSecure: order.callID)
        }
    }

    private func call(_ id: String) throws(NGRefusal) -> RelayCall {
        guard let call = calls[id] else { throw .unknownCall }
        return call
    }

    /// Ends the calls in which nothing was heard for too long. Returns their names.
    package mutating func endSilentCalls(at now: Int64) -> [String] {
        let limit = Int64(settings.timeout) * 1_000_000
        let silent = calls.values.filter { now - $0.lastActivity > limit }.map(\.id)
        for id in silent { end(id) }
        return silent
    }
}

// MARK: - Offer and answer

extension CallRegistry {
    private mutating func take(
        _ offer: OfferRequest, isAnswer: Bool, at now: Int64
    ) throws(NGRefusal) -> NGDictionary {
        guard var sdp = try? SessionDescription(parsing: offer.sdp) else { throw NGRefusal("Failed to parse SDP") }
        guard calls[offer.callID] != nil || !isAnswer else { throw .unknownCall }
        let isNew = calls[offer.callID] == nil
        if isNew, isDraining || calls.count >= settings.mostCalls {
            let reason = isDraining ? "The relay takes no new calls" : "The relay has as many calls as it may"
            return NGReply.loadLimit(reason, isUnderstood: offer.understandsLoadLimit)
        }
        var call = calls[offer.callID] ?? RelayCall(id: offer.callID, created: CallReporter.wallClock, lastSignal: now)
        call.lastSignal = now
        let side = Self.side(of: offer, isAnswer: isAnswer, in: &call)
        if let label = offer.label { call.parties[side].label = label }
        // An order to hide holds before any packet can come.
        if let dtmf = offer.dtmf, dtmf.mode != .off {
            let hidden = try call.side(of: dtmf.scope)
            if let hidden { call.parties[hidden].isHidden = true } else { call.isHidden = true }
        }
        let before = calls[offer.callID]
        calls[offer.callID] = call
        do throws(NGRefusal) {
            try connect(&sdp, of: side, in: &call)
        } catch {
            if before == nil { end(offer.callID) }
            throw error
        }
        calls[offer.callID] = call
        apply(call)
        rewrite(&sdp, offer.replace)
        return NGReply.sdp(sdp.bytes)
    }

    /// The side of the party that sends the SDP, which is told by its tag.
    private static func side(of offer: OfferRequest, isAnswer: Bool, in call: inout RelayCall) -> Int {
        let (sender, other) = isAnswer ? (offer.toTag ?? "", offer.fromTag) : (offer.fromTag, offer.toTag ?? "")
        let side: Int
        if let known = call.side(tag: sender) {
            side = known
        } else if let known = call.side(tag: other), !other.isEmpty {
            // Another branch of a forked call, or a party that took over.
            side = 1 - known
        } else {
            side = isAnswer ? 1 : 0
        }
        call.parties[side].tag = sender
        if !other.isEmpty, call.parties[1 - side].tag.isEmpty { call.parties[1 - side].tag = other }
        return side
    }

    /// Filters the sections of a party's SDP, and puts the relay's own ports into them.
    private mutating func connect(
        _ sdp: inout SessionDescription, of side: Int, in call: inout RelayCall
    ) throws(NGRefusal) {
        call.parties[side].payloads = []
        for index in sdp.media.indices {
            let (connection, control) = (sdp.connection(ofMedia: index), sdp.rtcpPort(ofMedia: index))
            let port = sdp.media[index].port
            CodecFilter.apply(to: &sdp.media[index])
            call.parties[side].payloads.append(CodecFilter.payloads(of: sdp.media[index]))
            while call.sections.count <= index { call.sections.append(nil) }
            guard !sdp.media[index].isRejected else { continue }
            guard let host = connection?.host, let address = SocketAddress(host: host, port: UInt16(port)) else {
                throw NGRefusal("The SDP names no numeric address")
            }
            call.parties[side].address = host
            if call.sections[index] == nil { call.sections[index] = try open() }
            guard let section = call.sections[index] else { continue }
            let far = address.isUnspecified ? nil : address
            let farControl = far.flatMap { far in control.map { far.with(port: UInt16($0)) } }
            section.loop.change(section.id) { $0.signal(side, address: far, control: farControl) }
            sdp.setAddress(advertised, port: Int(section.ports[1 - side]), ofMedia: index)
        }
        guard sdp.media.contains(where: { !$0.isRejected }) else {
            throw NGRefusal("The SDP has no audio that digits could be taken out of: PCMU or PCMA by RTP")
        }
    }

    /// Binds the ports of a stream, and gives it to a loop.
    private mutating func open() throws(NGRefusal) -> RelayCall.Section {
        guard let first = ports.open(), let second = ports.open() else { throw NGRefusal("Ran out of ports") }
        let meters = [StreamMeter(), StreamMeter()]
        let section = RelayCall.Section(
            id: nextStream, loop: loops[nextStream % loops.count],
            ports: [first.rtp.address.port, second.rtp.address.port], meters: meters)
        nextStream += 1
        section.loop.add(section.id) {
            MediaStream([
                (rtp: first.rtp, rtcp: first.rtcp, meter: meters[0]),
                (rtp: second.rtp, rtcp: second.rtcp, meter: meters[1]),
            ])
        }
        return section
    }

    private func rewrite(_ sdp: inout SessionDescription, _ replace: SDPReplacement) {
        sdp.removeICE()
        sdp.removeAttributes(["group", "rtcp-mux"])
        if replace.contains(.origin) { sdp.replaceOrigin(advertised) }
        sdp.replaceConnection(advertised)
    }
}

// MARK: - Orders

extension CallRegistry {
    private mutating func block(_ order: DTMFBlock) throws(NGRefusal) -> NGDictionary {
        hide(order.callID, side: try call(order.callID).side(of: order.scope), true)
        return NGReply.ok
    }

    /// Hides the digits of a party, or of the whole call. It holds when this returns.
    private mutating func hide(_ id: String, side: Int?, _ isHidden: Bool) {
        guard var call = calls[id] else { return }
        if let side { call.parties[side].isHidden = isHidden } else { call.isHidden = isHidden }
        calls[id] = call
        apply(call)
    }

    private mutating func stop(
        _ order: MediaOrder, _ what: WritableKeyPath<RelayCall.Party, Bool>, _ isStopped: Bool
    ) throws(NGRefusal) -> NGDictionary {
        var call = try call(order.callID)
        let side = try call.side(of: order.scope)
        for index in 0...1 where side ?? index == index { call.parties[index][keyPath: what] = isStopped }
        calls[order.callID] = call
        apply(call)
        return NGReply.ok
    }

    /// Tells the loops what holds for a call, and waits until it does.
    private func apply(_ call: RelayCall) {
        for (index, section) in call.sections.enumerated() {
            guard let section else { continue }
            let sides = [0, 1].map { side in
                (
                    map: call.payloadMap(side: side, section: index),
                    isHidden: call.isHidden || call.parties[side].isHidden,
                    isBlocked: call.parties[side].isBlocked || call.parties[side].isSilenced
                )
            }
            section.loop.changeAndWait(section.id) { stream in
                for (side, state) in sides.enumerated() {
                    stream.agree(on: state.map, side: side)
                    stream.secure(side, state.isHidden)
                    stream.block(side, state.isBlocked)
                }
            }
        }
    }

    private mutating func delete(_ request: DeleteRequest) -> NGDictionary {
        guard let call = calls[request.callID] else { return NGReply.unknownDeleted(isFatal: request.isFatal) }
        let report = CallReporter.report(call, loopTime: MediaLoop.now)
        end(request.callID)
        return NGReply.call(report)
    }

    private mutating func end(_ id: String) {
        guard let call = calls.removeValue(forKey: id) else { return }
        for case let section? in call.sections { section.loop.removeAndWait(section.id) }
    }
}
