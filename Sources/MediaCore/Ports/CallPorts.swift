/// The ports of a live call, leg by leg.
struct CallPorts {
    private var callerIn: PortKeeper
    private var agentIn: PortKeeper?
    private var agentOut: PlaybackLeg
    private var callerOut: PlaybackLeg?

    /// Opens every port of `settings`. Throws the error of the first that cannot be opened.
    init(_ settings: LiveSettings) throws {
        let format = settings.format
        callerIn = try PortKeeper(.callerIn, settings.callerIn, format)
        agentOut = PlaybackLeg(try PortKeeper(.agentOut, settings.agentOut, format), format: format)
        agentIn = try settings.agentIn.map { try PortKeeper(.agentIn, $0, format) }
        callerOut = try settings.callerOut.map {
            PlaybackLeg(try PortKeeper(.callerOut, $0, format), format: format)
        }
    }

    /// The port of `leg`; `nil` if the call has none or if it is lost.
    func port(of leg: CallLeg) -> (any MediaPort)? { keeper(of: leg)?.port }

    private func keeper(of leg: CallLeg) -> PortKeeper? {
        switch leg {
        case .callerIn: callerIn
        case .agentIn: agentIn
        case .agentOut: agentOut.keeper
        case .callerOut: callerOut?.keeper
        }
    }

    /// Names of the ports whose audio is converted. One name may belong to both directions and is there once.
    var converted: [String] {
        let names = CallLeg.allCases.compactMap(keeper).filter { $0.port?.isConverted == true }.map(\.source.name)
        return names.indices.filter { !names[..<$0].contains(names[$0]) }.map { names[$0] }
    }

    func startCapture() {
        agentIn?.port?.start()
        callerIn.port?.start()
    }

    /// Plays the first `count` of `samples` to a leg. Does nothing if the call has no such leg.
    mutating func play(_ samples: [Float], count: Int, to leg: CallLeg) -> PlaybackLeg.Outcome {
        switch leg {
        case .agentOut: agentOut.play(samples, count: count)
        case .callerOut: callerOut?.play(samples, count: count) ?? .init()
        case .callerIn, .agentIn: .init()
        }
    }

    /// Checks an output leg to which nothing is played; `nil` if the call has no such leg.
    mutating func checkPlayback(to leg: CallLeg) -> PlaybackLeg.Outcome? {
        leg == .agentOut ? agentOut.check() : callerOut?.check()
    }

    /// Closes a lost leg and the other legs in its port's group. Returns the closed legs.
    ///
    /// JACK's library must not meet a new server while old clients are open. Closing one of them later ends the
    /// process.
    mutating func close(_ leg: CallLeg, at now: ContinuousClock.Instant) -> [CallLeg] {
        let group = port(of: leg)?.group
        lose(leg, at: now)
        guard let group else { return [leg] }
        let others = CallLeg.allCases.filter { $0 != leg && port(of: $0)?.group == group }
        for other in others { lose(other, at: now) }
        return [leg] + others
    }

    private mutating func lose(_ leg: CallLeg, at now: ContinuousClock.Instant) {
        switch leg {
        case .callerIn: callerIn.lose(at: now)
        case .agentIn: agentIn?.lose(at: now)
        case .agentOut: agentOut.lose(at: now)
        case .callerOut: callerOut?.lose(at: now)
        }
    }

    /// Tries to reopen a lost leg if the next attempt is due. Returns whether it is back.
    mutating func reopen(_ leg: CallLeg, by clock: any MediaClock) -> Bool {
        switch leg {
        case .callerIn: callerIn.reopen(by: clock)
        case .agentIn: agentIn?.reopen(by: clock) ?? false
        case .agentOut: agentOut.reopen(by: clock)
        case .callerOut: callerOut?.reopen(by: clock) ?? false
        }
    }

    /// Plays the waiting audio to its end.
    mutating func drain(milliseconds: Int) {
        agentOut.drain(milliseconds: milliseconds)
        callerOut?.drain(milliseconds: milliseconds)
    }
}
