internal import Verification

/// Findings that are close enough for one picture, in most cases one number.
struct FindingRun: Sendable, Hashable {
    /// Indices in the recording's list of findings, in order of time.
    var indices: [Int]
    /// From the first frame of the first finding to the last frame of any.
    var frames: Range<Int>
    /// Channels with findings, in order.
    var channels: [Int]

    /// Longest silence between two findings of a run, in seconds.
    static let gap = 2.5
    /// Longest run in seconds. In a picture of 960 pixels, a key of 50 ms is then 3 pixels wide.
    static let longest = 15.0

    /// The runs of `findings`, which are in order of their starts, in a recording of `rate` frames a second.
    static func runs(of findings: [Finding], rate: Int) -> [FindingRun] {
        let gap = Int(Self.gap * Double(rate))
        let longest = Int(Self.longest * Double(rate))
        var runs: [FindingRun] = []
        for (index, finding) in findings.enumerated() {
            let end = max(finding.start, finding.end)
            if let last = runs.last, finding.start - last.frames.upperBound <= gap,
                max(end, last.frames.upperBound) - last.frames.lowerBound <= longest
            {
                runs[runs.count - 1].indices.append(index)
                runs[runs.count - 1].frames = last.frames.lowerBound..<max(end, last.frames.upperBound)
            } else {
                runs.append(FindingRun(indices: [index], frames: finding.start..<end, channels: []))
            }
        }
        for number in runs.indices {
            runs[number].channels = Set(runs[number].indices.map { findings[$0].channel }).sorted()
        }
        return runs
    }
}
