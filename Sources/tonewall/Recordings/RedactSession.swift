import Archive
import ArgumentParser
import AtomicFiles
import Failures
import Glibc
import ProcessIO
import Redaction

/// A run of `redact`: what it says, and the exit status that it comes to.
struct RedactSession {
    private let redactor: Redactor
    private let format: OutputFormat
    private let follow: Bool
    private var plan: OutputPlan?
    private var totals = RedactionTotals()
    private var output = StandardOutput()
    private var statuses: Set<Failure.Status> = []
    /// Files that lost a name to their clean copy, and the name.
    private var former: [FileIdentity: (path: String, names: Int)] = [:]
    /// Recordings that lie in the folder of the copies.
    private var inOutput: [String] = []

    init(
        _ redactor: Redactor, out: String?, format: OutputFormat, follow: Bool, _ list: RecordingList
    ) {
        (self.redactor, self.format, self.follow) = (redactor, format, follow)
        plan = out.map { out in
            // What lies there already is of an earlier run.
            let folder = OutputPlan(folder: out, sources: [])
            let items = list.items.filter { !folder.holds($0.path, below: Self.root(of: $0)) }
            return OutputPlan(folder: out, sources: items.map(\.path), names: items.map(\.name))
        }
    }

    /// What becomes of a recording; `nil` where it is no matter of this run, or the run was told to stop.
    mutating func redact(_ item: RecordingList.Item) -> Redaction? {
        guard var plan else {
            return redactor.redact(item.path, onlyAt: item.root == nil || follow ? nil : item.resolvedPath)
        }
        defer { self.plan = plan }
        if plan.holds(item.path, below: Self.root(of: item)) {
            inOutput.append(item.path)
            return nil
        }
        return redactor.redact(item.path, called: item.name, &plan)
    }

    /// The folder below which a recording was found.
    private static func root(of item: RecordingList.Item) -> String { item.root ?? PathBytes.folder(of: item.path) }

    mutating func report(_ result: Redaction, of item: RecordingList.Item) {
        let isElsewhere = result.formerFile != nil && result.output != item.resolvedPath
        output.append(RedactionText.line(result, format: format, target: isElsewhere ? result.output : nil))
        output.flush()
        for name in result.removed { tellRemoved(name, besides: result.output ?? result.before.path) }
        totals.add(result)
        if result.outcome == .failed {
            fail(
                Failure(
                    .finding, file: result.before.path, "left as it was: tones are found in every copy that was made",
                    advice: "write it with --out DIR --as wav or flac"))
        }
        if let refusal = result.refusal {
            fail(refusal.failure)
        } else if let unjudged = UnjudgedRecording(result.before) {
            fail(unjudged.failure)
        }
        if let file = result.formerFile { former[file.identity] = (result.before.path, file.names) }
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path.systemName, &status) == 0
    }

    /// What is said once every recording was seen.
    mutating func finish(_ list: RecordingList, isArchive: Bool) {
        defer {
            if format == .text && (list.items.count != 1 || totals.unreadParts > 0) {
                output.append(totals.line)
                output.flush()
            }
        }
        for thing in list.skippedFiles {
            guard thing.reason == .unfinished, plan == nil else {
                totals.unreadParts += 1
                fail(thing.failure)
                continue
            }
            switch StaleFiles.remove(at: PathBytes.bytes(thing.path)) {
            case .stale: tellRemoved(PathBytes.lastName(thing.path), besides: thing.path)
            // The recording that it was a copy of removed it, and told.
            case .none where !Self.exists(thing.path): break
            case .none, .beingWritten:
                totals.unreadParts += 1
                fail(thing.failure)
            }
        }
        for path in inOutput where !(plan?.isMade(path) ?? true) {
            fail(
                Failure(
                    .dataError, file: path, "lies where the copies go, and is none of this run",
                    advice: "judge it with tonewall verify"))
        }
        for path in isArchive ? list.otherFiles : [] {
            fail(Failure(.dataError, file: path, "is no recording and was not copied", advice: "copy it yourself"))
        }
        for (identity, file) in former.sorted(by: { $0.value.path < $1.value.path }) where file.names > 0 {
            let folder = PathBytes.folder(of: file.path).quoted
            fail(
                Failure(
                    .finding, file: file.path,
                    "its tones are still in \(file.names) other \(file.names == 1 ? "name" : "names") of its file (hard links)",
                    advice: "find them from \(folder) up with find -inum \(identity.inode), and redact them too"))
        }
    }

    /// The exit status; `nil` where all is well.
    func status(_ recordings: Int) -> Int32? {
        let order: [Failure.Status] = [.finding, .cannotCreate, .inputOutput, .noInput, .dataError]
        guard let worst = order.first(where: statuses.contains) else { return nil }
        return recordings > 1 && worst == .noInput ? Failure.Status.dataError.rawValue : worst.rawValue
    }

    private mutating func fail(_ failure: Failure) {
        Report.print(failure)
        statuses.insert(failure.status)
    }

    private func tellRemoved(_ name: String, besides path: String) {
        let place = PathBytes.join(PathBytes.folder(of: path), name)
        Report.note("tonewall: \(place.quoted): an unfinished copy that a killed run left was removed")
    }
}
