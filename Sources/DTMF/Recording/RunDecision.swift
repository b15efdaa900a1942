/// Decides which segments of a stretch are presses. The segments around each one are its witnesses.
///
/// A lone press must be pure, in tune and steady. A press beside others of the same level and twist may be worse.
/// Presses of the same poor quality confirm each other if little else around them sounds like keys.
struct RunDecision: Sendable {
    /// A segment, and the criteria that it meets by itself.
    private struct Candidate {
        var evidence: PressEvidence
        let standsAlone: Bool
        let isMember: Bool
        let isGood: Bool

        init(_ evidence: PressEvidence) {
            self.evidence = evidence
            standsAlone = LoneCriterion.all.contains { $0.holds(for: evidence) }
            isMember = LoneCriterion.member.holds(for: evidence)
            isGood = LoneCriterion.good.holds(for: evidence)
        }
    }

    /// Whether the recording is off speed. No press counts by itself there.
    let isOffSpeed: Bool

    /// Reach of witnesses in seconds, and largest difference in level and twist to a witness, in dB.
    static let reach = 5.0
    static let levelDifference = 9.0
    static let twistDifference = 7.0
    /// Largest difference in level and twist to a witness in dB, where the press is the worse of the two.
    static let closeness = 6.0
    /// Largest length of a witness relative to the press. A much shorter press is a piece of speech.
    static let longer = 3.3
    /// Pieces of one press: largest gap in seconds (repeats are 33 ms apart or more), and largest difference in level
    /// in dB.
    private static let bounceGap = 0.026
    /// Seconds from the first piece within which the press begins. A later piece may be its tail.
    private static let bounceTime = 0.1
    private static let bounceLevel = 12.0
    /// A segment after a press is its tail: largest gap in seconds and least fall in dB, for the same key and for
    /// another.
    private static let tail = (gap: 0.12, fall: 8.0)
    private static let otherTail = (gap: 0.08, fall: 12.0)
    /// Crosstalk: dB by which presses around it are louder, and the number of such presses.
    private static let crosstalk = 28.0
    private static let louder = 2
    /// Number of witnesses that meet a criterion by themselves, and the limits with which one of them is enough.
    private static let witnesses = 2
    private static let cleanMember = (purity: 0.8, share: 0.5, error: 0.012)
    /// A press under other sound: the largest ratio of its power to the rest in dB, and the largest difference in level
    /// to a witness in dB. One telephone keys at one level, and speech between the presses of a number seldom has it.
    private static let covered = (signalToNoise: 2.7, levelDifference: 1.5)
    /// Presses of the same quality: least number, range of relative lengths, and other segments allowed for each of
    /// them.
    private static let peers = 3
    private static let lengths = 0.5...2.0
    private static let othersPerPeer = 0.5
    /// This many segments around it that are not presses are music. A lone press must then be clean.
    private static let music = 8
    private static let aboveMusic = (purity: 0.93, share: 0.85)
    /// Largest number of other segments around an isolated press.
    private static let hardlyAny = 2
    /// Least number of frames of a segment that counts as another.
    private static let countedFrames = 5

    /// The presses among `segments`, which are in order of time.
    func presses(among segments: [PressEvidence]) -> [PressEvidence] {
        let candidates = Self.joined(segments).map(Candidate.init)
        var presses: [PressEvidence] = []
        var tailEnd = 0.0
        for index in candidates.indices {
            let evidence = candidates[index].evidence
            guard let witness = Witness(candidates, index) else { continue }
            if let last = presses.last {
                let (gap, fall) = (evidence.start - tailEnd, last.level - evidence.level)
                if evidence.key == last.key, gap <= Self.tail.gap, fall >= Self.tail.fall {
                    tailEnd = evidence.end
                    continue
                }
                let isSure = candidates[index].standsAlone && witness.alone >= 1
                if gap <= Self.otherTail.gap, fall >= Self.otherTail.fall, !isSure { continue }
            }
            guard holds(candidates[index], witness) else { continue }
            presses.append(evidence)
            tailEnd = evidence.end
        }
        return presses
    }

    private func holds(_ candidate: Candidate, _ witness: Witness) -> Bool {
        let evidence = candidate.evidence
        if candidate.standsAlone, !isOffSpeed || witness.alone >= Self.witnesses {
            let isClean = evidence.purity >= Self.aboveMusic.purity && evidence.share >= Self.aboveMusic.share
            if witness.alone > 0 || witness.others < Self.music || isClean { return true }
        }
        let isCovered = evidence.signalToNoise <= Self.covered.signalToNoise && witness.close > 0
        if isCovered, witness.nearestLevel > Self.covered.levelDifference { return false }
        if candidate.isMember {
            if witness.close >= Self.witnesses { return true }
            let isClean =
                evidence.purity >= Self.cleanMember.purity && evidence.share >= Self.cleanMember.share
                && evidence.frequencyError <= Self.cleanMember.error
            if witness.close >= 1, isClean { return true }
        }
        if !isOffSpeed, witness.others <= Self.hardlyAny, LoneCriterion.isolated.holds(for: evidence) { return true }
        return candidate.isGood && witness.peers >= Self.peers
            && Double(witness.others) <= Self.othersPerPeer * Double(witness.peers)
    }

    /// `segments` with the pieces of one press joined: a key that bounces, a level with a step.
    private static func joined(_ segments: [PressEvidence]) -> [PressEvidence] {
        var joined: [PressEvidence] = []
        for segment in segments {
            guard let last = joined.last, last.key == segment.key, segment.start - last.end < bounceGap,
                segment.start - last.start < bounceTime,
                abs(segment.level - last.level) < bounceLevel
            else {
                joined.append(segment)
                continue
            }
            func weight(_ piece: PressEvidence) -> Double {
                piece.duration * Level.powerRatio(decibels: piece.level / 2)
            }
            var whole = weight(segment) > weight(last) ? segment : last
            (whole.start, whole.end) = (last.start, segment.end)
            joined[joined.count - 1] = whole
        }
        return joined
    }

    /// What the segments around a segment show.
    private struct Witness {
        /// Number of similar presses that meet a criterion by themselves.
        var alone = 0
        /// Number of those so similar that this press may be worse than they are.
        var close = 0
        /// Least difference in level to one of those, in dB.
        var nearestLevel = Double.infinity
        /// Number of similar presses that are good enough to confirm each other.
        var peers = 0
        /// Number of segments that are not presses.
        var others = 0

        /// `nil` if the segment is crosstalk of louder presses.
        init?(_ candidates: [Candidate], _ index: Int) {
            let evidence = candidates[index].evidence
            var louder = 0
            func isNear(_ other: Int) -> Bool { abs(candidates[other].evidence.start - evidence.start) <= reach }
            var first = index
            while first > 0, isNear(first - 1) { first -= 1 }
            for other in first..<candidates.count where other != index {
                guard isNear(other) else { break }
                let (candidate, its) = (candidates[other], candidates[other].evidence)
                if candidate.standsAlone, its.level - evidence.level >= crosstalk { louder += 1 }
                if !candidate.isGood, !candidate.standsAlone, its.frameCount >= countedFrames { others += 1 }
                guard its.isLike(evidence) else { continue }
                if candidate.standsAlone { alone += 1 }
                if candidate.standsAlone, its.isClose(to: evidence) {
                    close += 1
                    nearestLevel = min(nearestLevel, abs(its.strongerLevel - evidence.strongerLevel))
                }
                if candidate.isGood, lengths.contains(its.duration / evidence.duration) { peers += 1 }
            }
            if louder >= RunDecision.louder { return nil }
        }
    }
}

extension PressEvidence {
    /// Whether two presses may come from the same keypad over the same line.
    func isLike(_ other: PressEvidence) -> Bool {
        abs(level - other.level) <= RunDecision.levelDifference
            && abs(twist - other.twist) <= RunDecision.twistDifference
    }

    /// Whether this press may confirm a worse one.
    func isClose(to other: PressEvidence) -> Bool {
        abs(level - other.level) <= RunDecision.closeness && abs(twist - other.twist) <= RunDecision.closeness
            && duration <= RunDecision.longer * other.duration
    }
}
