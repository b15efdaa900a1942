/// Frames in which the two strongest tones are those of one key: a press, or a part of one.
struct PressSegment: Sendable {
    let key: Key
    /// The frames, in order. Some between them may be missing.
    var frames: [Int]

    /// The frames from the first to the last, without gaps.
    var range: Range<Int> { frames[0]..<frames[frames.count - 1] + 1 }
}

/// Finds the segments of a stretch of audio.
struct SegmentFinder: Sendable {
    let frames: ToneFrames
    /// Common frequency error of the recording as a fraction: 0.03 for a tape that runs 3 % too fast.
    let speedError: Double

    /// Least share of a tone in its band in a frame that counts.
    private static let leastPurity: Float = 0.5
    /// Largest frequency error of a tone in one frame, as a fraction of nominal. 20 ms give no finer measurement.
    private static let frequencyTolerance: Float = 0.035
    /// Least amplitude of each tone: −80 dB relative to full scale.
    private static let leastAmplitude: Float = 1e-4
    /// Frames that may be bridged within a press (25 ms). Q.24 requires 10 ms, ES 201 235-3 20 ms.
    private static let bridge = 5
    /// Frames for which a louder sound may hide a press (150 ms), and the largest apparent fall of its tones in that
    /// time, 8 dB.
    private static let hidden = 30
    private static let hiddenFall = 6.3
    /// Least number of frames in a run that is joined, and in a segment.
    private static let fewestInRun = 2
    private static let fewest = 3

    /// The segments, in order. A press that bounces may give several segments, which ``RunDecision`` joins.
    func segments() -> [PressSegment] {
        var runs: [PressSegment] = []
        for index in 0..<frames.count {
            if let key = key(in: index) {
                append(PressSegment(key: key, frames: [index]), to: &runs, isUnbroken: false)
            }
        }
        var joined: [PressSegment] = []
        for run in runs where run.frames.count >= Self.fewestInRun {
            if let index = interrupted(by: run, in: joined) { joined.removeSubrange((index + 1)...) }
            append(run, to: &joined, isUnbroken: joined.last.map { isUnbroken($0, run) } ?? false)
        }
        return joined.flatMap { PressSplitter(frames: frames, speedError: speedError).parts(of: $0) }
            .filter { $0.frames.count >= Self.fewest }
    }

    private func append(_ run: PressSegment, to runs: inout [PressSegment], isUnbroken: Bool) {
        if let last = runs.last, last.key == run.key,
            isUnbroken || run.frames[0] - last.frames[last.frames.count - 1] <= Self.bridge
        {
            runs[runs.count - 1].frames += run.frames
        } else {
            runs.append(run)
        }
    }

    /// Index of the run that `run` continues after a louder sound interrupted it.
    private func interrupted(by run: PressSegment, in runs: [PressSegment]) -> Int? {
        for index in runs.indices.reversed() {
            guard run.frames[0] - runs[index].range.upperBound <= Self.hidden else { return nil }
            if runs[index].key == run.key { return isUnbroken(runs[index], run) ? index : nil }
        }
        return nil
    }

    /// Whether the tones of two runs of a key continue between them under a louder sound.
    private func isUnbroken(_ before: PressSegment, _ after: PressSegment) -> Bool {
        guard before.key == after.key, after.frames[0] - before.range.upperBound <= Self.hidden else { return false }
        let last = before.range.upperBound - 1
        return [before.key.lowHz, before.key.highHz].allSatisfy { hz in
            let powers = frames.phasors(at: hz * (1 + speedError), in: last..<after.frames[0] + 1).map(\.power)
            let loudest = max(powers[0], powers[powers.count - 1])
            return powers.allSatisfy { $0 >= loudest / Self.hiddenFall }
        }
    }

    /// The key with the two strongest tones in a frame, if they are pure enough and close enough to its frequencies.
    private func key(in index: Int) -> Key? {
        let (low, high) = (frames.low[index], frames.high[index])
        guard low.purity > Self.leastPurity, high.purity > Self.leastPurity, low.amplitude > Self.leastAmplitude,
            high.amplitude > Self.leastAmplitude
        else { return nil }
        let scale = Float(1 + speedError)
        guard let row = Self.nearest(low.hz / scale, ToneFrequency.low),
            let column = Self.nearest(high.hz / scale, ToneFrequency.high)
        else { return nil }
        return Key(row: row, column: column)
    }

    private static func nearest(_ hz: Float, _ group: [Double]) -> Int? {
        group.firstIndex { abs(hz / Float($0) - 1) < frequencyTolerance }
    }
}

/// Cuts a segment where one key was released and pressed again.
///
/// A fading or fluttering tone has dips too. But it rises slowly, and its phase continues through the dip. A key that
/// is pressed again rises at once, and its phase almost always differs. After a pause only the rise is required.
struct PressSplitter: Sendable {
    let frames: ToneFrames
    let speedError: Double

    /// Least number of frames that hold two presses: 40 ms on and 40 ms off.
    private static let fewest = 8
    /// Frames on either side of a dip in which it is the lowest level: 30 ms.
    private static let lowest = 6
    /// Frames before a dip that show the level of the press (150 ms), and frames after it (60 ms).
    private static let before = 30
    private static let after = 12
    /// Least depth of a dip in dB, in both tones. Flutter of 30 Hz or more is not visible in 20 ms.
    private static let leastDip = 8.5
    /// Largest fall in dB from a press to the next one of the same key. A lower level is the tail of the press.
    private static let largestFall = 9.0
    /// Least number of frames (25 ms) below half the amplitude, 6 dB, between two presses. The shortest pause is 33 ms.
    private static let leastGap = 5
    private static let half = 6.0
    /// Frames of a pause (20 ms), least depth below the press in dB, and frames on either side that are searched.
    private static let pauseFrames = 4
    private static let pauseDepth = 18.0
    private static let pauseReach = 8
    /// Frames of a long pause (60 ms), after which the rise does not matter, and frames on either side that are
    /// searched.
    private static let longPause = 12
    private static let longPauseReach = 30
    /// Least part of a rise over four frames that lies within one of them. An edge shows as 0.41 or more in frames of
    /// 20 ms. Flutter of 15 Hz down to silence shows as 0.26.
    private static let sharpness = 0.33
    private static let riseFrames = 3
    /// Least phase error in radians that indicates a new press.
    private static let phaseBreak = 1.1
    /// Frames within this many dB of their peak show the tone undisturbed.
    private static let peakShare = 2.0
    private static let nearPeak = 3.0

    func parts(of segment: PressSegment) -> [PressSegment] {
        let range = segment.range
        guard range.count >= Self.fewest else { return [segment] }
        let low = frames.phasors(at: segment.key.lowHz * (1 + speedError), in: range)
        let high = frames.phasors(at: segment.key.highHz * (1 + speedError), in: range)
        let levels = zip(low, high).map { Decibel.ofPower($0.power + $1.power + .leastNormalMagnitude) }
        let cuts = (1..<range.count - 1).filter { isCut($0, levels, low, high) }
        var parts: [PressSegment] = []
        var start = range.lowerBound
        for cut in cuts.map({ $0 + range.lowerBound }) + [range.upperBound] {
            let part = segment.frames.filter { $0 >= start && $0 < cut }
            if !part.isEmpty { parts.append(PressSegment(key: segment.key, frames: part)) }
            start = cut
        }
        return parts
    }

    /// Whether a new press begins after frame `index` of the segment.
    private func isCut(_ index: Int, _ levels: [Double], _ low: [Complex], _ high: [Complex]) -> Bool {
        let near = max(0, index - Self.lowest)..<min(levels.count, index + Self.lowest + 1)
        guard levels[near].allSatisfy({ $0 >= levels[index] }), levels[index] < levels[index - 1] else { return false }
        let (past, next) = (
            max(0, index - Self.before)..<index, index + 1..<min(levels.count, index + Self.after + 1)
        )
        func peak(_ values: [Double], _ range: Range<Int>) -> Double { values[range].max() ?? 0 }
        func dip(_ phasors: [Complex]) -> Double {
            let top = min(phasors[past].map(\.power).max() ?? 0, phasors[next].map(\.power).max() ?? 0)
            return Decibel.ofPower(top / max(phasors[index].power, .leastNormalMagnitude))
        }
        guard min(dip(low), dip(high)) >= Self.leastDip, peak(levels, next) >= peak(levels, past) - Self.largestFall
        else { return false }
        let top = min(peak(levels, past), peak(levels, next))
        let isLow = levels.map { $0 < top - Self.half }
        let gap =
            (isLow[..<index].lastIndex(of: false) ?? -1) + 1..<(isLow[index...].firstIndex(of: false) ?? levels.count)
        guard gap.count >= Self.leastGap else { return false }
        func quiet(_ reach: Int) -> Int {
            levels[max(0, index - reach)..<min(levels.count, index + reach + 1)]
                .count { $0 < top - Self.pauseDepth }
        }
        if quiet(Self.longPauseReach) >= Self.longPause { return true }
        guard isSharp(levels, from: index, step: 1, over: next.count) else { return false }
        let reach = (max(0, index - Self.after)..<index, next)
        return quiet(Self.pauseReach) >= Self.pauseFrames
            || isSharp(levels, from: index, step: -1, over: reach.0.count)
            || breaks(low, at: index, levels, reach) || breaks(high, at: index, levels, reach)
    }

    /// Whether the tone has an edge, not a slope, within `count` frames of a dip.
    private func isSharp(_ levels: [Double], from dip: Int, step: Int, over count: Int) -> Bool {
        let amplitudes = (0...count).map { Level.powerRatio(decibels: levels[dip + step * $0] / 2) }
        let half = (amplitudes.max() ?? 0) / 2
        return (0..<max(0, count - Self.riseFrames + 1)).contains { index in
            let reached = amplitudes[index + Self.riseFrames]
            return reached >= half
                && amplitudes[index + 1] - amplitudes[index] >= Self.sharpness * (reached - amplitudes[0])
        }
    }

    /// Whether the phase of a tone breaks between the peak before a dip and the peak after it.
    private func breaks(
        _ phasors: [Complex], at dip: Int, _ levels: [Double], _ reach: (Range<Int>, Range<Int>)
    ) -> Bool {
        let top = min(levels[reach.0].max() ?? 0, levels[reach.1].max() ?? 0) - Self.nearPeak
        var (before, after) = (dip - 1, dip + 1)
        while before > 0, levels[before] < top || levels[before - 1] > levels[before] { before -= 1 }
        while after < levels.count - 1, levels[after] < top || levels[after + 1] > levels[after] { after += 1 }
        var advance = Complex()
        for peak in [before, after] {
            for index in max(1, peak - 2)..<min(levels.count - 1, peak + 3)
            where levels[index] > levels[peak] - Self.peakShare {
                advance += phasors[index + 1] * phasors[index - 1].conjugate
            }
        }
        let expected = Complex(angle: -advance.angle / 2 * Double(after - before))
        return abs((phasors[after] * phasors[before].conjugate * expected).angle) > Self.phaseBreak
    }
}
