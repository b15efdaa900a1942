internal import AtomicFiles
internal import AudioIO
package import Failures
internal import Glibc
internal import Synchronization
internal import Verification

/// What earlier runs judged, kept in a file so that a run can go on where another stopped.
///
/// A judgement holds as long as the file has the device, inode, size, time of writing and time of change that it had,
/// and its bytes the digest; and the tool the version. The file's first line says whose it is; each other line is a
/// judgement with the code of both lines under a key that lies beside the state, and counts only if it is there to its
/// end and the code is right: what a crash cut off or a stray tool changed is heard again. A later line about a file
/// outweighs those before it. Neither keys of a telephone nor frequencies are kept.
package final class ArchiveState: Sendable {
    private let file: AppendOnlyFile
    private let seal: StateAuthenticator
    private let known: Mutex<[String: StoredJudgement]>
    /// Lines that were cut off or changed; they were thrown away, and their recordings are heard again.
    package let damagedLines: Int
    /// Whether what another version judged was thrown away.
    package let wasRenewed: Bool

    /// Bytes of the longest state file that is read: two million recordings.
    static let longest = 1 << 30
    private static let mark = "tonewall verify state "
    private static let form = "3, "

    /// The state in the file at `path`, made where it is not there; `version` names what judges.
    ///
    /// - Throws: ``ArchiveStateError`` where the file is no state, is another run's just now, or cannot be made.
    package init(path: String, version: String) throws(ArchiveStateError) {
        let head = Array((Self.mark + Self.form + version + "\n").utf8)
        do throws(AtomicFileError) {
            file = try AppendOnlyFile(path)
            if !file.isPrivate { throw AtomicFileError(path: path, code: EPERM, step: .creating) }
            guard let bytes = try file.contents(limit: Self.longest) else {
                throw AtomicFileError(path: path, code: EFBIG, step: .creating)
            }
            let isOwn = bytes.starts(with: Self.mark.utf8)
            // A first line that a killed run did not finish is still one of ours.
            if !isOwn && !head.starts(with: bytes) { throw AtomicFileError(path: path, code: EILSEQ, step: .creating) }
            let isCurrent = bytes.starts(with: head)
            if !isCurrent {
                try file.clear()
                try file.append(head)
            }
            wasRenewed = !isCurrent && isOwn
            seal = try StateAuthenticator(keyPath: path + ".key", head: head)
            let kept = isCurrent ? seal.read(bytes.dropFirst(head.count)) : StateAuthenticator.Lines()
            damagedLines = kept.damaged
            if damagedLines > 0 {
                try file.clear()
                try file.append(head + kept.whole.joined())
            }
            known = Mutex(kept.judgements)
        } catch { throw ArchiveStateError(error) }
    }

    /// The judgement of `path` from an earlier run, where it still holds; the file is read whole for that.
    ///
    /// - Parameter shouldContinue: asked after each block; once it says no, `nil` is given.
    package func judgement(of path: String, shouldContinue: () -> Bool = { true }) -> RecordingJudgement? {
        guard let name = FileStatus.resolvedIfThere(path), let status = FileStatus(path),
            let kept = known.withLock({ $0[PathBytes.base64(name)] }), kept.holds(for: status),
            let digest = try? FileDigest.sha256(of: path, shouldContinue: shouldContinue), digest == kept.sha256,
            FileStatus(path) == status
        else { return nil }
        return kept.judgement(of: path, status: status)
    }

    /// Keeps a judgement that is not known yet; one of a recording that could not be judged is not kept, so that it is
    /// tried again.
    package func keep(_ judgement: RecordingJudgement) throws(ArchiveStateError) {
        guard let name = FileStatus.resolvedIfThere(judgement.path), let kept = StoredJudgement(judgement, name: name)
        else { return }
        if known.withLock({ $0[kept.name] == kept }) { return }
        do throws(AtomicFileError) { try file.append(seal.line(of: kept)) } catch {
            throw ArchiveStateError(error)
        }
        known.withLock { $0[kept.name] = kept }
    }
}

/// A state file that cannot be used.
package struct ArchiveStateError: Error, Sendable, Hashable {
    /// Why.
    package enum Cause: Sendable, Hashable {
        /// It holds something else, or is too long; it was left as it is.
        case noState
        /// Another run has it open.
        case inUse
        /// It is another user's, or others may write it: what it says is not believed.
        case writable
        /// The system refuses, in its words.
        case system(String)
    }

    package var path: String
    package var cause: Cause

    init(_ error: AtomicFileError) {
        path = error.path
        cause =
            switch error.code {
            case EILSEQ, EFBIG, EINVAL, ELOOP: .noState
            case EWOULDBLOCK: .inUse
            case EPERM: .writable
            default: .system(error.reason)
            }
    }
}

extension ArchiveStateError: ReportableError {
    package var failure: Failure {
        switch cause {
        case .noState:
            Failure(
                .dataError, code: "state.not-one", file: path, "is no state file of verify, and was left as it is",
                advice: "name another file, or remove it")
        case .inUse:
            Failure(
                .cannotCreate, code: "state.in-use", file: path, "is another run's just now",
                advice: "let it end, or name another file")
        case .writable:
            Failure(
                .dataError, code: "state.exposed", file: path,
                "is another user's, or others may write it: it is not believed",
                advice: "take the right to write from others with chmod go-w, or name another file")
        case .system(let reason):
            Failure(
                .cannotCreate, code: "state.cannot-write", file: path, "cannot keep what was judged: \(reason)",
                advice: "choose another file")
        }
    }
}
