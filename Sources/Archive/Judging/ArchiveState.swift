internal import AtomicFiles
internal import AudioIO
internal import Foundation
internal import GRDB
internal import Glibc
internal import Verification

/// What earlier runs judged, kept in an SQLite file so that a run can go on where another stopped.
///
/// A judgement holds as long as the file has the size and the time it had, and the tool the version it had. Neither keys
/// nor frequencies are kept.
public final class ArchiveState: Sendable {
    private let queue: DatabaseQueue
    private let version: String

    /// The state in the file at `path`, made where it is not there; `version` names what judges.
    public init(path: String, version: String) throws(ArchiveStateError) {
        self.version = version
        do {
            queue = try DatabaseQueue(path: path)
            try queue.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS judgement (
                            path TEXT PRIMARY KEY, size INTEGER NOT NULL, time REAL NOT NULL, version TEXT NOT NULL,
                            rate INTEGER NOT NULL, channels INTEGER NOT NULL, frames INTEGER NOT NULL, digest TEXT,
                            findings TEXT NOT NULL) WITHOUT ROWID
                        """)
            }
        } catch { throw ArchiveStateError(path: path, reason: "\(error)") }
        self.path = path
    }

    private let path: String

    /// A finding as it is kept.
    private struct Kept: Codable {
        var channel: Int
        var start: Int
        var end: Int
        var kind: String
        var level: Double
    }

    /// The judgement of `path` from an earlier run, where it still holds.
    public func judgement(of path: String, withDigest: Bool) -> RecordingJudgement? {
        guard let mark = Self.mark(of: path) else { return nil }
        let row = try? queue.read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM judgement WHERE path = ? AND size = ? AND time = ? AND version = ?",
                arguments: [mark.path, mark.size, mark.time, version])
        }
        guard let row, let text = row["findings"] as String? else { return nil }
        guard let kept = try? JSONDecoder().decode([Kept].self, from: Data(text.utf8)) else { return nil }
        var judgement = RecordingJudgement(path: path)
        judgement.sampleRate = row["rate"]
        judgement.channels = row["channels"]
        judgement.frames = row["frames"]
        judgement.digest = row["digest"]
        if withDigest && judgement.digest == nil { return nil }
        judgement.findings = kept.map {
            Finding(
                channel: $0.channel, start: $0.start, end: $0.end, kind: Finding.Kind(rawValue: $0.kind) ?? .fragment,
                levelDBm0: $0.level, lowHz: 0, highHz: 0)
        }
        return judgement
    }

    /// Keeps a judgement; one of a recording that could not be judged is not kept, so that it is tried again.
    public func keep(_ judgement: RecordingJudgement) throws(ArchiveStateError) {
        guard judgement.failure == nil, judgement.remarks.isEmpty, let mark = Self.mark(of: judgement.path) else {
            return
        }
        let kept = judgement.findings.map {
            Kept(channel: $0.channel, start: $0.start, end: $0.end, kind: $0.kind.rawValue, level: $0.levelDBm0)
        }
        let text = (try? JSONEncoder().encode(kept)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
        do {
            try queue.write { database in
                try database.execute(
                    sql: "INSERT OR REPLACE INTO judgement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        mark.path, mark.size, mark.time, version, judgement.sampleRate, judgement.channels,
                        judgement.frames, judgement.digest, text,
                    ])
            }
        } catch { throw ArchiveStateError(path: path, reason: "\(error)") }
    }

    /// What tells whether a file is still the one that was judged.
    private static func mark(of path: String) -> (path: String, size: Int, time: Double)? {
        var status = stat()
        guard let target = unsafe realpath(path.systemName, nil) else { return nil }
        defer { unsafe free(target) }
        guard unsafe stat(target, &status) == 0 else { return nil }
        let time = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
        return (unsafe PathBytes.text(cString: target), Int(status.st_size), time)
    }
}

/// A state file that cannot be used; `reason` in SQLite's words.
public struct ArchiveStateError: Error, Sendable, Hashable {
    public var path: String
    public var reason: String
}
