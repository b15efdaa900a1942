/// Whether a weak press is a key, by itself or by the weak presses within five seconds of it.
///
/// The limits were chosen on 6.3 h of speech and 8.5 h of music without keys, in which none of them finds a press
/// (<doc:Sensitivity>).
struct SeriesDecision {
    /// Least number of windows of a weak press that counts as another sound.
    static let countedWindows = 4

    let isPress: Bool

    /// - Parameters:
    ///   - others: The weak presses within reach.
    ///   - hops: Length of the recording, if it is known and all of it is within reach.
    init(_ press: WeakPress, among others: [WeakPress], recording hops: Int?) {
        let company = others.count { Self.isSound($0, beside: press) }
        isPress =
            switch press.doubt {
            case .impure: company <= Doubtful.company || Doubtful.isConfirmed(press, others)
            case .overNotes: !Notes.areMusic(around: press, others) || Notes.isConfirmed(press, others)
            case nil:
                Lone.isPress(press, company: company) && !Notes.areMusic(around: press, others)
                    || Only.isPress(press, company: company, recording: hops)
                    || Self.isMember(press, others) || Self.isPeer(press, others)
            }
    }

    /// Whether `other` is loud and long enough to be another sound beside `press`.
    private static func isSound(_ other: WeakPress, beside press: WeakPress) -> Bool {
        other.windows >= countedWindows && other.level > press.level - Peers.quieter
    }
}

extension SeriesDecision {
    /// A press that stands by itself. Lengths are in windows, one every 5 ms.
    private enum Lone {
        /// A tone group weakened by a microphone or a long line: twist in dB.
        static let twist: Float = 18
        static let twisted = (toneRatio: Float(0.95), windows: 10, spread: Float(0.004), offset: 0.014)
        /// A keypad with a poor clock, in quiet surroundings.
        static let farOffset = 0.035
        static let far = (toneRatio: Float(0.96), windows: 10, spread: Float(0.006), twist: Float(10), company: 3)
        /// A press of 200 ms in noise as loud as it is.
        static let long = (toneRatio: Float(0.45), windows: 40, spread: Float(0.004), offset: 0.010, twist: Float(9))

        static func isPress(_ press: WeakPress, company: Int) -> Bool {
            let (offset, twist) = (press.offset, abs(press.twist))
            if press.toneRatio > twisted.toneRatio, press.windows >= twisted.windows, press.spread < twisted.spread,
                offset < twisted.offset, twist < Self.twist
            {
                return !press.readings.isEmpty
            }
            if press.toneRatio > long.toneRatio, press.windows >= long.windows, press.spread < long.spread,
                offset < long.offset, twist < long.twist
            {
                return !press.readings.isEmpty
            }
            return press.toneRatio > far.toneRatio && press.windows >= far.windows && press.spread < far.spread
                && offset < farOffset && twist < far.twist && company <= far.company
        }
    }

    /// A recording of one press and nothing else, as from a keypad's test: it may be off speed or in noise.
    private enum Only {
        /// Least share of the recording.
        static let share = 0.6
        static let toneRatio: Float = 0.6
        static let windows = 6
        static let spread: Float = 0.008
        static let twist: Float = 15

        static func isPress(_ press: WeakPress, company: Int, recording hops: Int?) -> Bool {
            guard let hops, company == 0, Double(press.last - press.first) > share * Double(hops) else { return false }
            return press.toneRatio > toneRatio && press.windows >= windows && press.spread < spread
                && abs(press.twist) < twist && (!press.readings.isEmpty || press.offset < Lone.farOffset)
        }
    }

    /// A press that another detector doubts.
    private enum Doubtful {
        /// Largest number of other sounds. Speech has ten or more.
        static let company = 3

        /// Whether a press like it that another detector found is near, or a doubtful one of another key. A voice
        /// repeats its sounds.
        static func isConfirmed(_ press: WeakPress, _ others: [WeakPress]) -> Bool {
            others.contains {
                ($0.isFound || $0.doubt == .impure && $0.isOfOtherKey(than: press)) && Member.isLike($0, press)
            }
        }
    }

    /// Music around a press.
    private enum Notes {
        /// Least number of notes. Calls have up to 8 such pairs around a key, music 24 and more.
        static let least = 16
        /// A note: tone ratio, and largest dB by which it is quieter than the press.
        static let toneRatio: Float = 0.8
        static let quieter: Float = 12

        static func areMusic(around press: WeakPress, _ others: [WeakPress]) -> Bool {
            let notes = others.count {
                $0.toneRatio > toneRatio && $0.windows >= countedWindows && $0.level > press.level - quieter
                    && !isAtSpeed($0)
            }
            return notes >= least
        }

        /// Whether a press of another key like it is near. A note is often repeated.
        static func isConfirmed(_ press: WeakPress, _ others: [WeakPress]) -> Bool {
            others.contains {
                ($0.isFound || $0.doubt == .overNotes) && Member.isLike($0, press)
                    && $0.isOfOtherKey(than: press)
            }
        }
    }

    /// Limits of a press beside others like it.
    private enum Peers {
        /// Another sound is at most this much quieter, in dB.
        static let quieter: Float = 20
        /// Largest difference in level and twist in dB, and largest ratio of the lengths.
        static let level: Float = 8
        static let twist: Float = 7
        static let length: Float = 2.2
        /// Largest difference of the speed errors, as a fraction.
        static let error: Float = 0.009
        /// Least number of presses, and of keys among them: of pure ones, and of those in noise.
        static let least = (pure: 3, noisy: 4)
        static let keys = (pure: 2, noisy: 3)
        static let pureToneRatio: Float = 0.7
        /// Tone ratio (more if they are off speed), windows, spread, and other sounds for each of them.
        static let toneRatio: Float = 0.45
        static let toneRatioOffSpeed: Float = 0.6
        static let windows = 4
        static let spread: Float = 0.009
        static let others: Float = 0.7
    }

    /// Limits of a press beside two that other detectors found.
    private enum Member {
        static let least = 2
        static let toneRatio: Float = 0.4
        static let spread: Float = 0.010
        static let level: Float = 9
        static let twist: Float = 8
        static let length: Float = 3.3

        static func isLike(_ other: WeakPress, _ press: WeakPress) -> Bool {
            abs(other.level - press.level) < level && abs(other.twist - press.twist) < twist
                && isOfLength(other, press, length)
        }
    }

    private static func isMember(_ press: WeakPress, _ others: [WeakPress]) -> Bool {
        guard press.toneRatio > Member.toneRatio, press.spread < Member.spread, isAtSpeed(press) else { return false }
        return others.count { $0.isFound && Member.isLike($0, press) } >= Member.least
    }

    /// Whether both tones are near a key's frequencies.
    private static func isAtSpeed(_ press: WeakPress) -> Bool { press.readings.first?.error == 0 }

    private static func isOfLength(_ a: WeakPress, _ b: WeakPress, _ ratio: Float) -> Bool {
        Float(a.windows) < ratio * Float(b.windows) && Float(b.windows) < ratio * Float(a.windows)
    }

    private static func isPeer(_ press: WeakPress, _ others: [WeakPress]) -> Bool {
        guard isGood(press) else { return false }
        return press.readings.contains { isPeer(press, reading: $0, others) }
    }

    private static func isGood(_ press: WeakPress) -> Bool {
        press.toneRatio > Peers.toneRatio && press.windows >= Peers.windows && press.spread < Peers.spread
    }

    /// Whether `press` is one of several keys at the speed of `reading`, with few other sounds among them.
    private static func isPeer(_ press: WeakPress, reading: WeakPress.Reading, _ others: [WeakPress]) -> Bool {
        let isOffSpeed = reading.error != 0
        if isOffSpeed, press.toneRatio < Peers.toneRatioOffSpeed { return false }
        var (peers, strangers) = (1, 0)
        var keys = [reading.key]
        for other in others {
            let same = other.readings.first {
                ($0.error != 0) == isOffSpeed && abs($0.error - reading.error) < Peers.error
            }
            guard let same, isGood(other) else {
                if isSound(other, beside: press) { strangers += 1 }
                continue
            }
            guard abs(other.level - press.level) < Peers.level, abs(other.twist - press.twist) < Peers.twist,
                isOfLength(other, press, Peers.length), !isOffSpeed || other.toneRatio >= Peers.toneRatioOffSpeed
            else { continue }
            peers += 1
            if !keys.contains(same.key) { keys.append(same.key) }
        }
        guard Float(strangers) <= Peers.others * Float(peers) else { return false }
        if press.toneRatio > Peers.pureToneRatio {
            return peers >= Peers.least.pure && keys.count >= Peers.keys.pure
        }
        return peers >= Peers.least.noisy && keys.count >= Peers.keys.noisy
    }
}
