import CVector

/// The receiver proper, at 8 kHz: hops in, events out.
struct DetectorCore: Sendable {
    private let profile: DetectorProfile
    private let prefilter: BlockPrefilter
    private let tables = DetectorTables.shared
    private let minimumPower: Float
    private let absentLimit: Int
    private let leastWindows: Int
    private var windows: HopWindows
    /// The press that is being followed, and other keys that may be about to take over: noise looks like any key for a moment.
    private var press = Press()
    private var competitors: InlineArray<2, Press> = [Press(), Press()]
    /// Whether hops are analysed one by one, because a block passed the gate or a key is being followed.
    private var isListening = false
    /// First hop that has not been analysed.
    private var nextHop = 0
    /// Whether quiet and plainly tone-free blocks are passed over.
    var isPrefiltered = true
    /// Index of the sample before which there is nothing to do.
    private(set) var nextBoundary = Frame.window

    init(profile: DetectorProfile) {
        self.profile = profile
        let amplitude = Float(Level.amplitude(dBm0: profile.minimumLevel))
        minimumPower = amplitude * amplitude
        // A press begins at the least level and may fade to half its amplitude: a quarter of the energy, and less for rounding.
        windows = HopWindows(leastEnergy: minimumPower * Float(Frame.window) / 2 / 5, leastPower: minimumPower)
        prefilter = BlockPrefilter(profile: profile, minimumPower: minimumPower)
        absentLimit = Int((profile.bridgedInterruption * Frame.rate / Double(Frame.hop)).rounded())
        leastWindows = max(4, profile.criteria.map(\.minimumWindows).min() ?? 4)
    }

    private var isIdle: Bool { press.isIdle && competitors[0].isIdle && competitors[1].isIdle }

    /// Takes what `history` has up to ``nextBoundary``.
    mutating func advance(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) {
        let endHop = nextBoundary / Frame.hop
        if !isListening {
            if isPrefiltered, !prefilter.mayHoldKey(history, from: nextBoundary - Frame.window) {
                nextBoundary += Frame.window
                return
            }
            // A key may have begun before the block that gave it away.
            isListening = true
            nextHop = max(nextHop, endHop - Frame.hopsPerWindow - BlockPrefilter.lookBackHops)
            nextHop = windows.firstLoud(after: nextHop, before: endHop, least: leastEnergy, in: history)
        }
        while nextHop < endHop {
            if endHop - nextHop >= Frame.hopsPerWindow, fastForward(history, report) { continue }
            nextHop += 1
            if nextHop >= Frame.hopsPerWindow { hop(nextHop, history, report) }
        }
        let isBlockEnd = endHop % Frame.hopsPerWindow == 0
        isListening = !isPrefiltered || !(isBlockEnd && isIdle)
        let canFastForward = press.isDecided && competitors[0].isIdle && competitors[1].isIdle
        nextBoundary += isListening && !canFastForward ? Frame.hop : Frame.window
    }

    /// Passes over the next window's length where a decided press plainly goes on, or the line is plainly quiet after it.
    private mutating func fastForward(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) -> Bool {
        guard press.isDecided, competitors[0].isIdle, competitors[1].isIdle, nextHop >= Frame.hopsPerWindow else { return false }
        let start = nextHop * Frame.hop
        if press.absentRun == 0 {
            var bins = Correlation()
            let block = tables.windowTones.examine(history, at: start, leastEnergy: leastEnergy, bins: &bins)
            guard block.energy >= leastEnergy, press.isPlainlyPresent(bins.power, energy: block.energy) else {
                return false
            }
            nextHop += Frame.hopsPerWindow
            press.markPresent(endHop: nextHop)
        } else {
            // All that the next four windows span.
            let first = start - Frame.window + Frame.hop
            let energy = history.measure(from: first, count: 2 * Frame.window - Frame.hop).energy
            guard energy < leastEnergy else { return false }
            nextHop += Frame.hopsPerWindow
            press.markAbsent(Frame.hopsPerWindow)
            if press.isOver(after: absentLimit) { end(history, report) }
        }
        return true
    }

    /// Analyses the window that ends with hop `endHop` (exclusive).
    private mutating func hop(_ endHop: Int, _ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) {
        windows.advance(to: endHop, in: history)
        guard windows.energy >= leastEnergy else { return passOver(history, report) }
        let candidate = windows.candidate
        guard candidate != nil || !isIdle else { return }
        if !press.isIdle {
            let isPresent = press.update(windows.pair(press.key), minimumPower: minimumPower)
            if isPresent, !press.isDecided, press.log.count >= leastWindows, press.mayBeKey,
                let proof = proof(of: press, history)
            {
                press.decide(onset: proof.onset, measurement: proof.measurement)
                report(.decided(press.key, onset: proof.onset))
            }
            if press.isOver(after: absentLimit) { end(history, report) }
        }
        for i in competitors.indices where !competitors[i].isIdle { followCompetitor(i, history, report) }
        if let candidate { consider(candidate) }
    }

    /// Energy under which a window holds neither a new pair nor one that is followed.
    ///
    /// Always inlined: the call would copy the whole receiver at every hop.
    @inline(__always)
    private var leastEnergy: Float {
        var least = minimumPower * Float(Frame.window) / 2
        if !press.isIdle { least = min(least, press.leastEnergy) }
        for i in competitors.indices where !competitors[i].isIdle { least = min(least, competitors[i].leastEnergy) }
        return least
    }

    /// Notes a window too quiet for any pair.
    private mutating func passOver(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) {
        if !press.isIdle {
            press.markAbsent()
            if press.isOver(after: absentLimit) { end(history, report) }
        }
        for i in competitors.indices where !competitors[i].isIdle {
            competitors[i].markAbsent()
            if competitors[i].isOver(after: absentLimit) { competitors[i].reset() }
        }
    }

    private mutating func followCompetitor(
        _ i: Int, _ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void
    ) {
        let isPresent = competitors[i].update(windows.pair(competitors[i].key), minimumPower: minimumPower)
        if competitors[i].isOver(after: absentLimit) { competitors[i].reset() }
        if isPresent, competitors[i].log.count >= leastWindows, competitors[i].mayBeKey, let proof = proof(of: competitors[i], history)
        {
            end(history, report)
            swap(&press, &competitors[i])
            press.decide(onset: proof.onset, measurement: proof.measurement)
            report(.decided(press.key, onset: proof.onset))
        } else if press.isIdle {
            swap(&press, &competitors[i])
        }
    }

    /// Begins to follow `key`, the strongest pair of the window, where no slot does.
    private mutating func consider(_ key: Key) {
        if press.isIdle {
            if !isCompeting(key) {
                press.begin(key, windows.pair(key), minimumPower: minimumPower)
            }
            return
        }
        if key == press.key || isCompeting(key) { return }
        // The slot that has least to lose: idle, or absent now and least often present.
        var weakest: Int?
        for i in competitors.indices where competitors[i].isIdle || competitors[i].absentRun > 0 {
            if competitors[i].presentCount < weakest.map({ competitors[$0].presentCount }) ?? 6 { weakest = i }
        }
        if let weakest { competitors[weakest].begin(key, windows.pair(key), minimumPower: minimumPower) }
    }

    private func isCompeting(_ key: Key) -> Bool {
        (!competitors[0].isIdle && competitors[0].key == key) || (!competitors[1].isIdle && competitors[1].key == key)
    }

    /// The onset of `press` and what proves it, where it has proved itself.
    ///
    /// Asked only of a press long and pure enough: the call is dear.
    private func proof(
        of press: borrowing Press, _ history: borrowing SampleHistory
    ) -> (onset: Int, measurement: PressMeasurement)? {
        let measurement = PressMeasurement(key: press.key, log: press.log)
        guard measurement.frequencyError <= profile.frequencyTolerance, measurement.twist <= profile.maximumTwist,
            measurement.twist >= profile.minimumTwist
        else { return nil }
        for criterion in profile.criteria where criterion.holds(for: measurement) {
            let earliest = max(0, press.log[0].endHop * Frame.hop - Frame.window - Frame.hop)
            let onset = Edge.onset(
                of: measurement.early, lowHz: measurement.lowHz, highHz: measurement.highHz, in: history, earliest: earliest)
            if criterion.minimumDuration > 0, measurement.windows < criterion.ampleWindows {
                let end = Edge.end(
                    of: press.late, lowHz: measurement.lowHz, highHz: measurement.highHz, in: history,
                    latest: nextHop * Frame.hop)
                let start =
                    criterion.ampleWindows < .max
                    ? Edge.audible(before: onset, pairEnergy: measurement.early.pairEnergy, in: history) : onset
                guard Double(end - start) >= criterion.minimumDuration * Frame.rate else { continue }
            }
            if criterion.needsSteadyNoise {
                guard press.isWhole,
                    Noise.isSteady(around: onset, toneRatio: measurement.toneRatio, in: history, until: nextHop * Frame.hop)
                else {
                    continue
                }
            }
            return (onset, measurement)
        }
        return nil
    }

    private mutating func end(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) {
        if var measured = press.measured {
            // The last window is half tone; two hops before it all is.
            let endHop = max(press.lastHop - 2, measured.start / Frame.hop + Frame.hopsPerWindow)
            let window = windows.pair(press.key, endingAt: endHop, in: history)
            measured.end = Edge.end(
                of: window, lowHz: measured.lowHz, highHz: measured.highHz, in: history,
                latest: press.lastHop * Frame.hop + Frame.hop)
            measured.end = max(measured.end, measured.start + 1)
            report(.ended(measured))
        }
        press.reset()
    }

    /// Ends the press that goes on.
    mutating func finish(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) {
        end(history, report)
        for i in competitors.indices { competitors[i].reset() }
    }
}

/// The noise that a tone stands in.
private enum Noise {
    /// Whether the 10 ms before `onset` hold about as much energy as the first 10 ms of a tone of `toneRatio` leave over.
    static func isSteady(around onset: Int, toneRatio: Double, in history: borrowing SampleHistory, until end: Int) -> Bool
    {
        var before: Float = 0
        var after: Float = 0
        for n in max(history.first, onset - Frame.window)..<max(history.first, onset) {
            before += history[n] * history[n]
        }
        for n in max(history.first, onset)..<min(end, onset + Frame.window) { after += history[n] * history[n] }
        let expected = (1 - toneRatio) * Double(after) * 1.13
        return Double(before) >= 0.1 * expected && Double(before) <= 2.2 * expected
    }
}
