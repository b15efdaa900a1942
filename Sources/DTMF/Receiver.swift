/// The receiver proper, at 8 kHz: hops in, events out.
struct Receiver: Sendable {
    private let profile: DetectorProfile
    private let gate: Gate
    private let tables = ReceiverTables.shared
    private let minimumPower: Float
    private let absentLimit: Int
    private let leastWindows: Int
    private var tones = SlidingBank(ReceiverTables.shared.hopTones)
    private var nuisances = SlidingBank(ReceiverTables.shared.hopNuisances)
    private var powers = HopPowers()
    /// The press that is being followed, and other keys that may be about to take over: noise looks like any key for a moment.
    private var press = Press()
    private var rivals: InlineArray<2, Press> = [Press(), Press()]
    /// Whether hops are analysed one by one, because a block passed the gate or a key is being followed.
    private var isListening = false
    /// First hop that has not been analysed.
    private var nextHop = 0
    /// Whether quiet and plainly tone-free blocks are passed over.
    var isGated = true
    /// Index of the sample before which there is nothing to do.
    private(set) var nextBoundary = Frame.window

    init(profile: DetectorProfile) {
        self.profile = profile
        let amplitude = Float(Level.amplitude(dBm0: profile.minimumLevel))
        minimumPower = amplitude * amplitude
        gate = Gate(profile: profile, minimumPower: minimumPower)
        absentLimit = Int((profile.bridgedInterruption * Frame.rate / Double(Frame.hop)).rounded())
        leastWindows = max(4, profile.criteria.map(\.windows).min() ?? 4)
    }

    private var isIdle: Bool { press.isIdle && rivals[0].isIdle && rivals[1].isIdle }

    /// Takes what `history` has up to ``nextBoundary``.
    mutating func advance(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) {
        let endHop = nextBoundary / Frame.hop
        if !isListening {
            if isGated, !gate.passes(history, from: nextBoundary - Frame.window) {
                nextBoundary += Frame.window
                return
            }
            // A key may have begun before the block that gave it away.
            isListening = true
            nextHop = max(nextHop, endHop - Frame.hopsPerWindow - Gate.hopsBack)
        }
        while nextHop < endHop {
            if endHop - nextHop >= Frame.hopsPerWindow, skim(history, report) { continue }
            nextHop += 1
            if nextHop >= Frame.hopsPerWindow { hop(nextHop, history, report) }
        }
        let isBlockEnd = endHop % Frame.hopsPerWindow == 0
        isListening = !isGated || !(isBlockEnd && isIdle)
        let canSkim = press.isDecided && rivals[0].isIdle && rivals[1].isIdle
        nextBoundary += isListening && !canSkim ? Frame.hop : Frame.window
    }

    /// Passes over the next window's length where a decided press plainly goes on, or the line is plainly quiet after it.
    private mutating func skim(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) -> Bool {
        guard press.isDecided, rivals[0].isIdle, rivals[1].isIdle, nextHop >= Frame.hopsPerWindow else { return false }
        let start = nextHop * Frame.hop
        if press.absentRun == 0 {
            let energy = history.measure(from: start, count: Frame.window).energy
            guard press.isPlainlyPresent(tables.windowTones.correlate(history, at: start).power, energy: energy) else {
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
        powers.advance(to: endHop, in: history)
        guard powers.energy >= leastEnergy else { return passOver(history, report) }
        let window = tones.window(endingAt: endHop, in: history)
        let power = window.power
        let pairPower = power.lowHalf.maximum + power.highHalf.maximum
        let isCandidate =
            pairPower * (2 / Float(Frame.window)) >= 0.25 * powers.energyWithoutDC
            && pairPower >= minimumPower * Float(Frame.window * Frame.window) / 4
        guard isCandidate || !isIdle else { return }
        let cleaned = tables.model.clean(
            tones: window, nuisances: nuisances.window(endingAt: endHop, in: history), energy: powers.energy)
        let scene = Scene(cleaned: cleaned, energyWithoutDC: powers.energyWithoutDC, endHop: endHop)
        if !press.isIdle {
            let isPresent = press.update(scene.pair(press.key, tables.model), minimumPower: minimumPower)
            if isPresent, !press.isDecided, press.log.count >= leastWindows, press.mayBeKey,
                let proof = proof(of: press, history)
            {
                press.decide(onset: proof.onset, evidence: proof.evidence)
                report(.decided(press.key, onset: proof.onset))
            }
            if press.isOver(after: absentLimit) { end(history, report) }
        }
        for i in rivals.indices where !rivals[i].isIdle { followRival(i, scene, history, report) }
        if isCandidate { consider(scene) }
    }

    /// Energy under which a window holds neither a new pair nor one that is followed.
    ///
    /// Always inlined: the call would copy the whole receiver at every hop.
    @inline(__always)
    private var leastEnergy: Float {
        var least = minimumPower * Float(Frame.window) / 2
        if !press.isIdle { least = min(least, press.leastEnergy) }
        for i in rivals.indices where !rivals[i].isIdle { least = min(least, rivals[i].leastEnergy) }
        return least
    }

    /// Notes a window too quiet for any pair.
    private mutating func passOver(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) {
        if !press.isIdle {
            press.markAbsent()
            if press.isOver(after: absentLimit) { end(history, report) }
        }
        for i in rivals.indices where !rivals[i].isIdle {
            rivals[i].markAbsent()
            if rivals[i].isOver(after: absentLimit) { rivals[i].reset() }
        }
    }

    private mutating func followRival(
        _ i: Int, _ scene: Scene, _ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void
    ) {
        let isPresent = rivals[i].update(scene.pair(rivals[i].key, tables.model), minimumPower: minimumPower)
        if rivals[i].isOver(after: absentLimit) { rivals[i].reset() }
        if isPresent, rivals[i].log.count >= leastWindows, rivals[i].mayBeKey, let proof = proof(of: rivals[i], history)
        {
            end(history, report)
            swap(&press, &rivals[i])
            press.decide(onset: proof.onset, evidence: proof.evidence)
            report(.decided(press.key, onset: proof.onset))
        } else if press.isIdle {
            swap(&press, &rivals[i])
        }
    }

    /// Begins to follow the strongest pair of the window where no slot does.
    private mutating func consider(_ scene: Scene) {
        let energies = tables.model.toneEnergies(scene.cleaned)
        let key = Key(row: energies.lowHalf.indexOfMaximum, column: energies.highHalf.indexOfMaximum)
        if press.isIdle {
            if !isRival(key) {
                press.begin(key, scene.pair(key, tables.model), minimumPower: minimumPower)
            }
            return
        }
        if key == press.key || isRival(key) { return }
        // The slot that has least to lose: idle, or absent now and least often present.
        var weakest: Int?
        for i in rivals.indices where rivals[i].isIdle || rivals[i].absentRun > 0 {
            if rivals[i].presentCount < weakest.map({ rivals[$0].presentCount }) ?? 6 { weakest = i }
        }
        if let weakest { rivals[weakest].begin(key, scene.pair(key, tables.model), minimumPower: minimumPower) }
    }

    private func isRival(_ key: Key) -> Bool {
        (!rivals[0].isIdle && rivals[0].key == key) || (!rivals[1].isIdle && rivals[1].key == key)
    }

    /// The onset of `press` and what proves it, where it has proved itself.
    ///
    /// Asked only of a press long and pure enough: the call is dear.
    private func proof(
        of press: borrowing Press, _ history: borrowing SampleHistory
    ) -> (onset: Int, evidence: Evidence)? {
        let evidence = Evidence(key: press.key, log: press.log)
        guard evidence.detune <= profile.frequencyTolerance, evidence.highMinusLow <= profile.maximumHighMinusLow,
            evidence.highMinusLow >= profile.minimumHighMinusLow
        else { return nil }
        for criterion in profile.criteria where criterion.holds(for: evidence) {
            let earliest = max(0, press.log[0].endHop * Frame.hop - Frame.window - Frame.hop)
            let onset = Edge.onset(
                of: evidence.early, lowHz: evidence.lowHz, highHz: evidence.highHz, in: history, earliest: earliest)
            if criterion.duration > 0, evidence.windows < criterion.ampleWindows {
                let end = Edge.end(
                    of: press.late, lowHz: evidence.lowHz, highHz: evidence.highHz, in: history,
                    latest: nextHop * Frame.hop)
                let start =
                    criterion.ampleWindows < .max
                    ? Edge.audible(before: onset, pairEnergy: evidence.early.pairEnergy, in: history) : onset
                guard Double(end - start) >= criterion.duration * Frame.rate else { continue }
            }
            if criterion.needsSteadyNoise {
                guard press.isWhole,
                    Noise.isSteady(around: onset, purity: evidence.purity, in: history, until: nextHop * Frame.hop)
                else {
                    continue
                }
            }
            return (onset, evidence)
        }
        return nil
    }

    private mutating func end(_ history: borrowing SampleHistory, _ report: (DetectorEvent) -> Void) {
        if var measured = press.measured {
            // The last window is half tone; two hops before it all is.
            let endHop = max(press.lastHop - 2, measured.start / Frame.hop + Frame.hopsPerWindow)
            let window = Scene(endingAt: endHop, history, tables).pair(press.key, tables.model)
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
        for i in rivals.indices { rivals[i].reset() }
    }
}

/// The tables that every receiver reads.
struct ReceiverTables: Sendable {
    static let shared = ReceiverTables()
    let model = PairModel()
    let windowTones = CorrelationBank(frequencies: ToneFrequency.all, count: Frame.window)
    let windowNuisances = CorrelationBank(frequencies: PairModel.nuisanceFrequencies, count: Frame.window)
    let hopTones = SlidingTables(frequencies: ToneFrequency.all)
    let hopNuisances = SlidingTables(frequencies: PairModel.nuisanceFrequencies)
}

/// One window, ready to be asked for any pair.
private struct Scene {
    var cleaned: PairModel.Cleaned
    var energyWithoutDC: Float
    var endHop: Int

    init(cleaned: PairModel.Cleaned, energyWithoutDC: Float, endHop: Int) {
        self.cleaned = cleaned
        self.energyWithoutDC = energyWithoutDC
        self.endHop = endHop
    }

    /// The window that ends with hop `endHop` (exclusive), looked at anew.
    init(endingAt endHop: Int, _ history: borrowing SampleHistory, _ tables: ReceiverTables) {
        let start = max(endHop * Frame.hop - Frame.window, history.first)
        let power = history.measure(from: start, count: Frame.window)
        cleaned = tables.model.clean(
            tones: tables.windowTones.correlate(history, at: start),
            nuisances: tables.windowNuisances.correlate(history, at: start), energy: power.energy)
        energyWithoutDC = power.energy - power.sum * power.sum / Float(Frame.window)
        self.endHop = endHop
    }

    func pair(_ key: Key, _ model: borrowing PairModel) -> PairWindow {
        let fit = model.fit(cleaned, row: key.row, column: key.column)
        return PairWindow(
            endHop: endHop, low: fit.low, high: fit.high, pairEnergy: fit.energy,
            rest: max(cleaned.energy - fit.energy, 0), nuisance: max(energyWithoutDC - cleaned.energy, 0))
    }
}

/// The noise that a tone stands in.
private enum Noise {
    /// Whether the 10 ms before `onset` hold about as much energy as the first 10 ms of a tone of `purity` leave over.
    static func isSteady(around onset: Int, purity: Double, in history: borrowing SampleHistory, until end: Int) -> Bool
    {
        var before: Float = 0
        var after: Float = 0
        for n in max(history.first, onset - Frame.window)..<max(history.first, onset) {
            before += history[n] * history[n]
        }
        for n in max(history.first, onset)..<min(end, onset + Frame.window) { after += history[n] * history[n] }
        let expected = (1 - purity) * Double(after) * 1.13
        return Double(before) >= 0.1 * expected && Double(before) <= 2.2 * expected
    }
}

/// Energies of the hops of the newest window.
private struct HopPowers {
    private var energies = SIMD4<Float>.zero
    private var sums = SIMD4<Float>.zero
    private var endHop = 0
    /// Σ x² over the window.
    private(set) var energy: Float = 0
    /// Σ x² over the window, less its mean's.
    private(set) var energyWithoutDC: Float = 0

    @inline(__always)
    mutating func advance(to endHop: Int, in history: borrowing SampleHistory) {
        let missing = min(endHop - self.endHop, Frame.hopsPerWindow)
        self.endHop = endHop
        for hop in endHop - missing..<endHop {
            let power = history.measure(from: hop * Frame.hop, count: Frame.hop)
            energies = SIMD4(energies[1], energies[2], energies[3], power.energy)
            sums = SIMD4(sums[1], sums[2], sums[3], power.sum)
        }
        energy = energies[0] + energies[1] + energies[2] + energies[3]
        let sum = sums[0] + sums[1] + sums[2] + sums[3]
        energyWithoutDC = energy - sum * sum / Float(Frame.window)
    }
}

extension SIMD4<Float> {
    /// The largest value; the standard library's `max()` is a call.
    @inline(__always)
    var maximum: Float {
        let first = self[1] > self[0] ? self[1] : self[0]
        let second = self[3] > self[2] ? self[3] : self[2]
        return second > first ? second : first
    }

    /// Lane of the largest value.
    @inline(__always)
    var indexOfMaximum: Int {
        let first = self[1] > self[0] ? 1 : 0
        let second = self[3] > self[2] ? 3 : 2
        return self[second] > self[first] ? second : first
    }
}
