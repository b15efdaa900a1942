/// Many recordings heard side by side and told in order.
public enum ArchiveRun {
    /// Hears every recording of `paths`, `jobs` at a time, and tells each judgement in the order of `paths`.
    ///
    /// - Parameters:
    ///   - known: a judgement from an earlier run, where there is one that still holds.
    ///   - goOn: asked by every job after each block, with the block's seconds; once it says no, the rest is left.
    ///   - report: told each judgement, with whether it comes from an earlier run.
    /// - Returns: how many recordings were judged; fewer than `paths` where the run was stopped.
    public static func hear(
        _ paths: [String], jobs: Int, options: HearingOptions,
        known: (String) -> RecordingJudgement?,
        goOn: @escaping @Sendable (Double) -> Bool,
        _ report: (RecordingJudgement, _ isKnown: Bool) throws -> Void
    ) async throws -> Int {
        var told = 0
        var waiting: [Int: RecordingJudgement] = [:]
        var knownIndices: Set<Int> = []
        var isStopped = false
        try await withThrowingTaskGroup(of: (Int, RecordingJudgement?).self) { group in
            var next = 0
            var running = 0
            while told < paths.count {
                while !isStopped, running < max(1, jobs), next < paths.count {
                    let (index, path) = (next, paths[next])
                    next += 1
                    if let judgement = known(path) {
                        waiting[index] = judgement
                        knownIndices.insert(index)
                        if index == told { break }
                        continue
                    }
                    running += 1
                    group.addTask { (index, RecordingJudgement.hear(path, options: options, goOn: goOn)) }
                }
                while let judgement = waiting.removeValue(forKey: told) {
                    try report(judgement, knownIndices.remove(told) != nil)
                    told += 1
                }
                if running == 0 {
                    if isStopped || next >= paths.count { break }
                    continue
                }
                guard let (index, judgement) = try await group.next() else { break }
                running -= 1
                if let judgement { waiting[index] = judgement } else { isStopped = true }
            }
            // What was judged out of turn when the run was stopped is not lost.
            for index in waiting.keys.sorted() {
                try report(waiting[index]!, knownIndices.contains(index))
                told += 1
            }
        }
        return told
    }
}
