/// The receiver proper, at 8 kHz: hops in, events out.
struct Receiver: Sendable {
    private let profile: DetectorProfile
    private let tones = HopBank(frequencies: ToneFrequency.all)
    private let nuisances = HopBank(frequencies: PairModel.nuisanceFrequencies)
    private let model = PairModel()
    private let minimumPower: Float
    private let absentLimit: Int
    private let leastWindows: Int
    private var hops: (Correlation, Correlation, Correlation, Correlation) = (.init(), .init(), .init(), .init())
    private var energies = SIMD4<Float>.zero
    private var sums = SIMD4<Float>.zero
    /// The press that is being followed, and other keys that may be about to take over: noise looks like any key for a moment.
    private var press = Press()
    private var rivals = [Press(), Press()]

    init(profile: DetectorProfile) {
        self.profile = profile
        let amplitude = Float(Level.amplitude(dBm0: profile.minimumLevel))
        minimumPower = amplitude * amplitude
        absentLimit = Int((profile.bridgedInterruption * Frame.rate / Double(Frame.hop)).rounded())
        leastWindows = max(4, profile.criteria.map(\.windows).min() ?? 4)
    }

    /// Takes the hop that `history` ends with.
    mutating func hop(_ history: SampleHistory, _ report: (DetectorEvent) -> Void) {
        let start = history.end - Frame.hop - history.first
        let span = history.samples.span
        var energy: Float = 0
        var sum: Float = 0
        for i in start..<start + Frame.hop {
            energy += span[i] * span[i]
            sum += span[i]
        }
        energies = SIMD4(energies[1], energies[2], energies[3], energy)
        sums = SIMD4(sums[1], sums[2], sums[3], sum)
        hops = (hops.1, hops.2, hops.3, tones.correlate(span, at: start))
        guard history.end >= Frame.window else { return }
        let window = tones.window(hops.0, hops.1, hops.2, hops.3)
        let power = window.power
        let pairPower = power.lowHalf.max() + power.highHalf.max()
        let total = sums.sum()
        let energyWithoutDC = energies.sum() - total * total / Float(Frame.window)
        let isCandidate =
            pairPower * (2 / Float(Frame.window)) >= 0.25 * energyWithoutDC
            && pairPower >= minimumPower * Float(Frame.window * Frame.window) / 4
        guard isCandidate || !press.isIdle || !rivals[0].isIdle || !rivals[1].isIdle else { return }
        follow(window, energyWithoutDC, isCandidate, history, report)
    }

    private mutating func follow(
        _ tones: Correlation, _ energyWithoutDC: Float, _ isCandidate: Bool, _ history: SampleHistory,
        _ report: (DetectorEvent) -> Void
    ) {
        let cleaned = model.clean(tones: tones, nuisances: nuisanceWindow(history), energy: energies.sum())
        let scene = Scene(cleaned: cleaned, energyWithoutDC: energyWithoutDC, endHop: history.end / Frame.hop)
        if !press.isIdle {
            let isPresent = press.update(scene.pair(press.key, model), minimumPower: minimumPower)
            if isPresent, !press.isDecided, let onset = onset(of: press, history) {
                press.decide(onset: onset)
                report(.decided(press.key, onset: onset))
            }
            if press.absentRun >= absentLimit { end(history, report) }
        }
        for i in rivals.indices where !rivals[i].isIdle { followRival(i, scene, history, report) }
        if isCandidate { consider(scene) }
    }

    private mutating func followRival(
        _ i: Int, _ scene: Scene, _ history: SampleHistory, _ report: (DetectorEvent) -> Void
    ) {
        let isPresent = rivals[i].update(scene.pair(rivals[i].key, model), minimumPower: minimumPower)
        if rivals[i].absentRun >= absentLimit { rivals[i].reset() }
        if isPresent, let onset = onset(of: rivals[i], history) {
            end(history, report)
            swap(&press, &rivals[i])
            press.decide(onset: onset)
            report(.decided(press.key, onset: onset))
        } else if press.isIdle {
            swap(&press, &rivals[i])
        }
    }

    /// Begins to follow the strongest pair of the window where no slot does.
    private mutating func consider(_ scene: Scene) {
        let energies = model.toneEnergies(scene.cleaned)
        let key = Key(row: energies.lowHalf.indexOfMaximum, column: energies.highHalf.indexOfMaximum)
        if press.isIdle {
            if !rivals.contains(where: { !$0.isIdle && $0.key == key }) {
                press.begin(key, scene.pair(key, model), minimumPower: minimumPower)
            }
            return
        }
        if key == press.key || rivals.contains(where: { !$0.isIdle && $0.key == key }) { return }
        // The slot that has least to lose: idle, or absent now and least often present.
        var weakest: Int?
        for i in rivals.indices where rivals[i].isIdle || rivals[i].absentRun > 0 {
            if rivals[i].presentCount < weakest.map({ rivals[$0].presentCount }) ?? 6 { weakest = i }
        }
        if let weakest { rivals[weakest].begin(key, scene.pair(key, model), minimumPower: minimumPower) }
    }

    /// The onset of `press` where it has proved itself.
    private func onset(of press: borrowing Press, _ history: SampleHistory) -> Int? {
        guard press.log.count >= leastWindows else { return nil }
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
                    of: press.late, lowHz: evidence.lowHz, highHz: evidence.highHz, in: history, latest: history.end)
                let start =
                    criterion.ampleWindows < .max
                    ? Edge.audible(before: onset, pairEnergy: evidence.early.pairEnergy, in: history) : onset
                guard Double(end - start) >= criterion.duration * Frame.rate else { continue }
            }
            if criterion.needsSteadyNoise {
                guard press.isWhole, Noise.isSteady(around: onset, purity: evidence.purity, in: history) else {
                    continue
                }
            }
            return onset
        }
        return nil
    }

    private mutating func end(_ history: SampleHistory, _ report: (DetectorEvent) -> Void) {
        if press.isDecided {
            let measured = press.measured(end: 0)
            let end = Edge.end(
                of: press.late, lowHz: measured.lowHz, highHz: measured.highHz, in: history,
                latest: press.lastHop * Frame.hop + Frame.hop)
            report(.ended(press.measured(end: end)))
        }
        press.reset()
    }

    /// Ends the press that goes on.
    mutating func finish(_ history: SampleHistory, _ report: (DetectorEvent) -> Void) {
        end(history, report)
        for i in rivals.indices { rivals[i].reset() }
    }

    private func nuisanceWindow(_ history: SampleHistory) -> Correlation {
        let span = history.samples.span
        let start = history.end - Frame.window - history.first
        return nuisances.window(
            nuisances.correlate(span, at: start), nuisances.correlate(span, at: start + Frame.hop),
            nuisances.correlate(span, at: start + 2 * Frame.hop), nuisances.correlate(span, at: start + 3 * Frame.hop))
    }
}

/// One window, ready to be asked for any pair.
private struct Scene {
    var cleaned: PairModel.Cleaned
    var energyWithoutDC: Float
    var endHop: Int

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
    static func isSteady(around onset: Int, purity: Double, in history: SampleHistory) -> Bool {
        var before: Float = 0
        var after: Float = 0
        for n in max(history.first, onset - Frame.window)..<max(history.first, onset) {
            before += history[n] * history[n]
        }
        for n in max(history.first, onset)..<min(history.end, onset + Frame.window) { after += history[n] * history[n] }
        let expected = (1 - purity) * Double(after) * 1.13
        return Double(before) >= 0.1 * expected && Double(before) <= 2.2 * expected
    }
}

extension SIMD4<Float> {
    /// Lane of the largest value.
    @inline(__always)
    var indexOfMaximum: Int {
        let first = self[1] > self[0] ? 1 : 0
        let second = self[3] > self[2] ? 3 : 2
        return self[second] > self[first] ? second : first
    }
}
