#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The receiver proper, at 8 kHz: hops in, events out.
struct Receiver: Sendable {
    private let profile: DetectorProfile
    private let tones = HopBank(frequencies: ToneFrequency.all)
    private let nuisances = HopBank(frequencies: PairModel.nuisanceFrequencies)
    private let model = PairModel()
    private let minimumPower: Float
    private let absentLimit: Int
    private let noisyCount: Int
    private var hops: (Correlation, Correlation, Correlation, Correlation) = (.init(), .init(), .init(), .init())
    private var energies = SIMD4<Float>.zero
    private var sums = SIMD4<Float>.zero
    private var press: Press?
    private var rival: Press?

    init(profile: DetectorProfile) {
        self.profile = profile
        let amplitude = Float(Level.amplitude(dBm0: profile.minimumLevel))
        minimumPower = amplitude * amplitude
        let hop = Double(Frame.hop) / Frame.rate
        absentLimit = Int((profile.bridgedInterruption / hop).rounded())
        noisyCount = Int((profile.minimumNoisyDuration / hop).rounded())
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
        let total = energies.sum()
        let dc = sums.sum()
        let power = window.power
        let low = power.lowHalf.max()
        let high = power.highHalf.max()
        let alternating = total - dc * dc / Float(Frame.window)
        let candidate =
            (low + high) * (2 / Float(Frame.window)) >= 0.25 * alternating
            && low + high >= minimumPower * Float(Frame.window * Frame.window) / 4
        guard candidate || press != nil || rival != nil else { return }
        track(window, total, candidate, history, report)
    }

    private mutating func track(
        _ window: Correlation, _ energy: Float, _ candidate: Bool, _ history: SampleHistory,
        _ report: (DetectorEvent) -> Void
    ) {
        let cleaned = model.clean(tones: window, nuisances: nuisanceWindow(history), energy: energy)
        let endHop = history.end / Frame.hop
        if let key = press?.key { advancePress(pair(key, cleaned, endHop), history, report) }
        if let key = rival?.key {
            let window = pair(key, cleaned, endHop)
            _ = rival?.update(window, minimumPower: minimumPower)
            if let absent = rival?.absentRun, absent >= absentLimit { rival = nil }
        }
        if candidate {
            let energies = model.toneEnergies(cleaned)
            let key = Key(row: energies.lowHalf.indexOfMaximum, column: energies.highHalf.indexOfMaximum)
            if key != press?.key, key != rival?.key {
                let found = pair(key, cleaned, endHop)
                var fresh = Press(key: key)
                if fresh.update(found, minimumPower: minimumPower) {
                    if press == nil {
                        press = fresh
                    } else if rival == nil || rival!.absentRun > 0 {
                        rival = fresh
                    }
                }
            }
        }
        if var other = rival, isKey(&other, history) {
            end(history, report)
            press = other
            rival = nil
            decide(report)
        }
        if press == nil, let other = rival {
            press = other
            rival = nil
        }
    }

    private mutating func advancePress(
        _ window: PairWindow, _ history: SampleHistory, _ report: (DetectorEvent) -> Void
    ) {
        guard var current = press else { return }
        let present = current.update(window, minimumPower: minimumPower)
        press = current
        if present, !current.decided, isKey(&current, history) {
            press = current
            decide(report)
        }
        if current.absentRun >= absentLimit { end(history, report) }
    }

    private mutating func decide(_ report: (DetectorEvent) -> Void) {
        press?.decided = true
        if let press { report(.decided(press.key, onset: press.onset)) }
    }

    /// Whether the evidence is enough; sets the onset.
    private func isKey(_ press: inout Press, _ history: SampleHistory) -> Bool {
        guard press.absentRun == 0, press.presentCount >= 8 else { return false }
        let twist = 10 * log10(press.meanHighPower / press.meanLowPower)
        guard twist <= profile.maximumHighMinusLow, twist >= profile.minimumHighMinusLow else { return false }
        guard press.meanPurity >= profile.minimumPurity else { return false }
        let lowHz = press.lowHz
        let highHz = press.highHz
        guard abs(lowHz / press.key.lowHz - 1) <= profile.frequencyTolerance,
            abs(highHz / press.key.highHz - 1) <= profile.frequencyTolerance
        else { return false }
        let clean = press.late.purity >= 0.9 && press.late.endHop == press.lastHop
        guard clean || press.presentCount >= noisyCount else { return false }
        let earliest = press.firstHop * Frame.hop - Frame.window - Frame.hop
        press.onset = Edge.onset(of: press.early, lowHz: lowHz, highHz: highHz, in: history, earliest: max(0, earliest))
        if press.presentCount >= noisyCount { return true }
        return Double(history.end - press.onset) >= profile.minimumDuration * Frame.rate
    }

    private mutating func end(_ history: SampleHistory, _ report: (DetectorEvent) -> Void) {
        defer { press = nil }
        guard let press, press.decided else { return }
        let end = Edge.end(
            of: press.late, lowHz: press.lowHz, highHz: press.highHz, in: history,
            latest: press.lastHop * Frame.hop + Frame.hop)
        let power = max(press.meanLowPower, press.meanHighPower)
        report(
            .ended(
                KeyPress(
                    key: press.key, start: press.onset, end: max(end, press.onset + 1), lowHz: press.lowHz,
                    highHz: press.highHz, levelDBm0: Level.dBm0(amplitude: power.squareRoot()),
                    highMinusLow: 10 * log10(press.meanHighPower / press.meanLowPower),
                    signalToNoise: 10 * log10(max(press.ratio, 1e-3)))))
    }

    /// Ends the press that goes on.
    mutating func finish(_ history: SampleHistory, _ report: (DetectorEvent) -> Void) { end(history, report) }

    private func nuisanceWindow(_ history: SampleHistory) -> Correlation {
        let span = history.samples.span
        let start = history.end - Frame.window - history.first
        return nuisances.window(
            nuisances.correlate(span, at: start), nuisances.correlate(span, at: start + Frame.hop),
            nuisances.correlate(span, at: start + 2 * Frame.hop), nuisances.correlate(span, at: start + 3 * Frame.hop))
    }

    private func pair(_ key: Key, _ cleaned: PairModel.Cleaned, _ endHop: Int) -> PairWindow {
        let fit = model.fit(cleaned, row: key.row, column: key.column)
        let energy = max(cleaned.energy, fit.energy)
        return PairWindow(
            endHop: endHop, low: fit.low, high: fit.high, purity: energy > 0 ? fit.energy / energy : 0,
            rest: max(energy - fit.energy, 0))
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
