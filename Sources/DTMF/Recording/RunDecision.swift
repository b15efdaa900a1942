/// Decides which segments of a stretch are presses, each with those around it as its witnesses.
///
/// One press alone must stand by itself: pure, in tune, steady. A press beside others of the same level and twist may
/// be worse; presses that are all as bad witness for each other if nothing else sounds like keys around them.
struct RunDecision: Sendable {
    /// A segment, and what those around it say of it.
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

    /// Whether the recording is off speed: there no press stands alone.
    let isOffSpeed: Bool

    /// Seconds around a press in which others witness, and how far level and twist of a witness may differ, in dB.
    static let reach = 5.0
    static let levelDifference = 9.0
    static let twistDifference = 7.0
    /// How far level and twist of a witness may differ, in dB, where the press is the worse of the two.
    static let closeness = 6.0
    /// How many times as long as the press a witness may be. A much shorter press is a piece of speech.
    static let longer = 3.3
    /// Pieces of one press: seconds between two of them (repeats are 33 ms apart or more), and their levels in dB.
    private static let bounceGap = 0.026
    /// Seconds within which the press begins after its bounce. Later the end of a piece may be that of its tail.
    private static let bounceTime = 0.1
    private static let bounceLevel = 12.0
    /// What follows a press is its tail: seconds after it, and least dB under it, for the same key and for another.
    private static let tail = (gap: 0.12, fall: 8.0)
    private static let otherTail = (gap: 0.08, fall: 12.0)
    /// dB by which presses around one are louder than it if it is their crosstalk, and how many of them.
    private static let crosstalk = 28.0
    private static let louder = 2
    /// Presses standing alone that witness, and that are enough for a rather clean one.
    private static let witnesses = 2
    private static let cleanMember = (purity: 0.8, share: 0.5, error: 0.012)
    /// Presses that are as bad; how they may differ in length; segments that are none, for each of them.
    private static let peers = 3
    private static let lengths = 0.5...2.0
    private static let othersPerPeer = 0.5
    /// So many segments around that are no presses are music: there a lone press must be clean.
    private static let music = 8
    private static let aboveMusic = (purity: 0.93, share: 0.85)
    /// Segments around an isolated press at most.
    private static let hardlyAny = 2
    /// Frames of a segment that counts as one.
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

    /// `segments` with the pieces of one press put together: a key that bounces, a level that steps.
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

    /// What the segments around one say of it.
    private struct Witness {
        /// Presses like it that stand alone.
        var alone = 0
        /// Those of them that are so like it that it may be worse than they are.
        var close = 0
        /// Presses like it that are as good as it must be beside them.
        var peers = 0
        /// Segments that are no presses.
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
                if candidate.standsAlone, its.isClose(to: evidence) { close += 1 }
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

    /// Whether this press may witness for one that is worse.
    func isClose(to other: PressEvidence) -> Bool {
        abs(level - other.level) <= RunDecision.closeness && abs(twist - other.twist) <= RunDecision.closeness
            && duration <= RunDecision.longer * other.duration
    }
}
