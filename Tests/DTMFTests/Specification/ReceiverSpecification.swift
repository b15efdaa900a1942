import CVector

@testable import DTMF

/// What the kernel of ``Receiver`` must do, to the bit: it takes hops at 8 kHz and gives events.
struct ReceiverSpecification: Sendable {
    private let profile: DetectorProfile
    private let prefilter: BlockPrefilter
    private let tables = DetectorTables.shared
    /// Least power (squared amplitude) of each tone.
    private let minimumPower: Float
    /// Number of windows without the pair after which a press has ended.
    private let absentLimit: Int
    /// Number of windows that a press needs before a criterion can hold.
    private let leastWindows: Int
    private var windows: HopWindows
    /// The press that is being followed.
    private var press = Press()
    /// Presses that compete with ``press``. Noise may resemble any key for a short time.
    private var competitors: InlineArray<2, Press> = [Press(), Press()]
    /// Whether every hop is analysed. It is so after a block passed the prefilter and while a press is followed.
    private var isListening = false
    /// First hop that was not analysed.
    private var nextHop = 0
    /// Whether quiet blocks and blocks clearly without a tone are skipped.
    private let isPrefiltered: Bool
    /// Index of the next sample at which there is work to do.
    private(set) var nextBoundary = Frame.window

    /// Least number of windows of any criterion.
    private static let fewestWindows = 4
    /// Divisor from the least power to less than that of a press that fades to 15 %.
    private static let fading: Float = 7
    /// Number of windows with the pair that protects a competitor from being replaced.
    private static let establishedWindows = 6

    init(profile: DetectorProfile, isPrefiltered: Bool = true) {
        self.profile = profile
        self.isPrefiltered = isPrefiltered
        let amplitude = Float(Level.amplitude(dBm0: profile.minimumLevel))
        minimumPower = amplitude * amplitude
        windows = HopWindows(
            leastEnergy: minimumPower * Float(Frame.window) / 2 / Self.fading, leastPower: minimumPower)
        prefilter = BlockPrefilter(profile: profile, minimumPower: minimumPower)
        absentLimit = Int((profile.bridgedInterruption * Frame.rate / Double(Frame.hop)).rounded())
        leastWindows = max(
            Self.fewestWindows, profile.criteria.map(\.minimumWindows).min() ?? Self.fewestWindows)
    }

    private var isIdle: Bool { press.isIdle && competitors[0].isIdle && competitors[1].isIdle }

    /// Analyses what `history` holds up to ``nextBoundary``.
    mutating func advance(_ history: inout SampleHistory, _ events: inout [DetectorEvent]) {
        let endHop = nextBoundary / Frame.hop
        if !isListening {
            if isPrefiltered, !prefilter.mayHoldKey(history, from: nextBoundary - Frame.window) {
                nextBoundary += Frame.window
                return
            }
            // A digit may have begun before the block that passed.
            isListening = true
            nextHop = max(nextHop, endHop - Frame.hopsPerWindow - BlockPrefilter.lookBackHops)
            nextHop = windows.firstLoud(after: nextHop, before: endHop, least: leastEnergy, in: history)
            history.forget(before: nextHop)
        }
        while nextHop < endHop {
            if endHop - nextHop >= Frame.hopsPerWindow, fastForward(&history, &events) { continue }
            nextHop += 1
            history.forget(before: nextHop)
            if nextHop >= Frame.hopsPerWindow { analyse(nextHop, history, &events) }
        }
        let isBlockEnd = endHop % Frame.hopsPerWindow == 0
        isListening = !isPrefiltered || !(isBlockEnd && isIdle)
        let canFastForward = press.isDecided && competitors[0].isIdle && competitors[1].isIdle
        nextBoundary += isListening && !canFastForward ? Frame.hop : Frame.window
    }

    /// Skips one window length if a decided press clearly goes on, or if the line is quiet after it.
    private mutating func fastForward(
        _ history: inout SampleHistory, _ events: inout [DetectorEvent]
    ) -> Bool {
        guard press.isDecided, competitors[0].isIdle, competitors[1].isIdle, nextHop >= Frame.hopsPerWindow else {
            return false
        }
        let start = nextHop * Frame.hop
        if press.isSteady {
            var bins = Correlation()
            let block = tables.examine(history, at: start, leastEnergy: leastEnergy, bins: &bins)
            guard block.energy >= leastEnergy, press.isPlainlyPresent(bins.power, energy: block.energy) else {
                return false
            }
            nextHop += Frame.hopsPerWindow
            history.forget(before: nextHop)
            press.markPresent(endHop: nextHop)
        } else {
            // All samples of the next four windows.
            let first = start - Frame.window + Frame.hop
            let energy = history.measure(from: first, count: 2 * Frame.window - Frame.hop).energy
            guard energy < leastEnergy else { return false }
            nextHop += Frame.hopsPerWindow
            history.forget(before: nextHop)
            press.markAbsent(Frame.hopsPerWindow)
            if press.isOver(after: absentLimit) { end(history, &events) }
        }
        return true
    }

    /// Analyses the window that ends with hop `endHop` (exclusive).
    private mutating func analyse(
        _ endHop: Int, _ history: borrowing SampleHistory, _ events: inout [DetectorEvent]
    ) {
        windows.advance(to: endHop, in: history)
        guard windows.energy >= leastEnergy else { return passOver(history, &events) }
        let candidate = windows.candidate
        guard candidate != nil || !isIdle else { return }
        if !press.isIdle {
            let isPresent = press.update(windows.pair(press.key), minimumPower: minimumPower)
            if isPresent, !press.isDecided, press.log.count >= leastWindows, press.mayBeDigit,
                let proof = proof(of: press, history)
            {
                press.decide(onset: proof.onset, measurement: proof.measurement)
                events.append(.decided(press.key, onset: proof.onset))
            }
            if press.isOver(after: absentLimit) { end(history, &events) }
        }
        for i in competitors.indices where !competitors[i].isIdle { followCompetitor(i, history, &events) }
        if let candidate { consider(candidate) }
    }

    /// Energy below which a window holds neither a new pair nor a followed one.
    private var leastEnergy: Float {
        var least = minimumPower * Float(Frame.window) / 2
        if !press.isIdle { least = min(least, press.leastEnergy) }
        for i in competitors.indices where !competitors[i].isIdle { least = min(least, competitors[i].leastEnergy) }
        return least
    }

    /// Notes a window that is too quiet for any pair.
    private mutating func passOver(_ history: borrowing SampleHistory, _ events: inout [DetectorEvent]) {
        if !press.isIdle {
            press.markAbsent()
            if press.isOver(after: absentLimit) { end(history, &events) }
        }
        for i in competitors.indices where !competitors[i].isIdle {
            competitors[i].markAbsent()
            if competitors[i].isOver(after: absentLimit) { competitors[i].reset() }
        }
    }

    private mutating func followCompetitor(
        _ i: Int, _ history: borrowing SampleHistory, _ events: inout [DetectorEvent]
    ) {
        let isPresent = competitors[i].update(windows.pair(competitors[i].key), minimumPower: minimumPower)
        if competitors[i].isOver(after: absentLimit) { competitors[i].reset() }
        if isPresent, competitors[i].log.count >= leastWindows, competitors[i].mayBeDigit,
            let proof = proof(of: competitors[i], history)
        {
            end(history, &events)
            swap(&press, &competitors[i])
            press.decide(onset: proof.onset, measurement: proof.measurement)
            events.append(.decided(press.key, onset: proof.onset))
        } else if press.isIdle {
            swap(&press, &competitors[i])
        }
    }

    /// Starts to follow `key`, the strongest pair of the window, unless a slot follows it already.
    private mutating func consider(_ key: Key) {
        if press.isIdle {
            if !isCompeting(key) {
                press.begin(key, windows.pair(key), minimumPower: minimumPower)
            }
            return
        }
        if key == press.key || isCompeting(key) { return }
        // The slot with the least to lose: an idle one, or else the least present of those that are absent now.
        var weakest: Int?
        for i in competitors.indices where competitors[i].isIdle || competitors[i].absentRun > 0 {
            let most = weakest.map { competitors[$0].presentCount } ?? Self.establishedWindows
            if competitors[i].presentCount < most { weakest = i }
        }
        if let weakest { competitors[weakest].begin(key, windows.pair(key), minimumPower: minimumPower) }
    }

    private func isCompeting(_ key: Key) -> Bool {
        (!competitors[0].isIdle && competitors[0].key == key) || (!competitors[1].isIdle && competitors[1].key == key)
    }

    /// The onset and the measurement of `press`, if a criterion proves it to be a digit.
    ///
    /// It takes time, so it is called only for a press that is long and pure enough.
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
                of: measurement.early, lowHz: measurement.lowHz, highHz: measurement.highHz, in: history,
                earliest: earliest)
            guard isLongEnough(press, measurement, from: onset, for: criterion, history) else { continue }
            if criterion.needsSteadyNoise {
                guard press.isWhole,
                    SurroundingNoise.isSteady(
                        around: onset, toneRatio: measurement.toneRatio, in: history, until: nextHop * Frame.hop)
                else { continue }
            }
            return (onset, measurement)
        }
        return nil
    }

    /// Whether `press`, which begins at `onset`, is as long as `criterion` requires.
    private func isLongEnough(
        _ press: borrowing Press, _ measurement: PressMeasurement, from onset: Int, for criterion: Criterion,
        _ history: borrowing SampleHistory
    ) -> Bool {
        guard criterion.minimumDuration > 0, measurement.windows < criterion.ampleWindows else { return true }
        let end = Edge.end(
            of: press.late, lowHz: measurement.lowHz, highHz: measurement.highHz, in: history,
            latest: nextHop * Frame.hop)
        let start =
            criterion.ampleWindows < .max
            ? Edge.audible(before: onset, pairEnergy: measurement.early.pairEnergy, in: history) : onset
        return Double(end - start) >= criterion.minimumDuration * Frame.rate
    }

    private mutating func end(_ history: borrowing SampleHistory, _ events: inout [DetectorEvent]) {
        if var measured = press.measured {
            // The last window may be only half tone. The window two hops before is full.
            let endHop = max(press.lastHop - 2, measured.start / Frame.hop + Frame.hopsPerWindow)
            let window = windows.pair(press.key, endingAt: endHop, in: history)
            measured.end = Edge.end(
                of: window, lowHz: measured.lowHz, highHz: measured.highHz, in: history,
                latest: min(press.lastHop + 1, nextHop) * Frame.hop)
            measured.end = max(measured.end, measured.start + 1)
            events.append(.ended(measured))
        }
        press.reset()
    }

    /// Ends the press that is being followed.
    mutating func finish(_ history: borrowing SampleHistory, _ events: inout [DetectorEvent]) {
        end(history, &events)
        for i in competitors.indices { competitors[i].reset() }
    }
}

/// The noise around a tone.
private enum SurroundingNoise {
    /// Limits of the energy of the noise before the tone, relative to the energy that the tone leaves. The loss is what
    /// a window takes from noise.
    private static let ratios = (least: 0.1, most: 2.2)
    private static let windowLoss = 1.13

    /// Whether the 10 ms before `onset` have about the energy that a tone of `toneRatio` leaves in its first 10 ms.
    static func isSteady(
        around onset: Int, toneRatio: Double, in history: borrowing SampleHistory, until end: Int
    ) -> Bool {
        var before: Float = 0
        var after: Float = 0
        for n in max(history.first, onset - Frame.window)..<max(history.first, onset) {
            before += history[n] * history[n]
        }
        for n in max(history.first, onset)..<min(end, onset + Frame.window) { after += history[n] * history[n] }
        let expected = (1 - toneRatio) * Double(after) * windowLoss
        return Double(before) >= ratios.least * expected && Double(before) <= ratios.most * expected
    }
}
