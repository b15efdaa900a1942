/// Judges many recordings side by side and reports the judgements in order.
package enum ArchiveRun {
    /// Judges every recording of `paths` and reports each judgement in the order of `paths`.
    ///
    /// - Parameters:
    ///   - paths: The recordings.
    ///   - jobs: Number of recordings judged at the same time.
    ///   - options: How they are read.
    ///   - known: A valid judgement of an earlier run, or `nil`. Several jobs call it at the same time.
    ///   - shouldContinue: Called by every job after each block, with the block's seconds; `false` ends the run.
    ///   - report: Receives each judgement, and whether it is of an earlier run.
    /// - Returns: The number of recordings that were judged; fewer than `paths` if the run was stopped.
    package static func judge(
        _ paths: [String], jobs: Int, options: JudgingOptions,
        known: @escaping @Sendable (String) -> RecordingJudgement?,
        shouldContinue: @escaping @Sendable (Double) -> Bool,
        _ report: (RecordingJudgement, _ isKnown: Bool) throws -> Void
    ) async throws -> Int {
        var reported = 0
        var waiting: [Int: Reported] = [:]
        var isStopped = false
        try await withThrowingTaskGroup(of: Reported.self) { group in
            var (next, running) = (0, 0)
            while running > 0 || (!isStopped && next < paths.count) {
                // Jobs stay close to the reports, so that judgements do not pile up behind one long recording.
                while !isStopped, running < max(1, jobs), next < min(paths.count, reported + 64 * max(1, jobs)) {
                    let (index, path) = (next, paths[next])
                    (next, running) = (next + 1, running + 1)
                    group.addTask {
                        if !shouldContinue(0) { return Reported(index: index, judgement: nil, isKnown: false) }
                        if let judgement = known(path) {
                            return Reported(index: index, judgement: judgement, isKnown: true)
                        }
                        let judgement = RecordingJudgement.judge(path, options: options, shouldContinue: shouldContinue)
                        return Reported(index: index, judgement: judgement, isKnown: false)
                    }
                }
                guard let done = try await group.next() else { break }
                running -= 1
                if done.judgement != nil { waiting[done.index] = done } else { isStopped = true }
                while let first = waiting.removeValue(forKey: reported), let judgement = first.judgement {
                    try report(judgement, first.isKnown)
                    reported += 1
                }
            }
            // Judgements that were waiting for their turn when the run was stopped are reported too.
            for (_, rest) in waiting.sorted(by: { $0.key < $1.key }) {
                guard let judgement = rest.judgement else { continue }
                try report(judgement, rest.isKnown)
                reported += 1
            }
        }
        return reported
    }

    private struct Reported: Sendable {
        var index: Int
        var judgement: RecordingJudgement?
        var isKnown: Bool
    }
}
