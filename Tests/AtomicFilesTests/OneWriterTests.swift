import Foundation
import Testing

/// Output files are made by ``AtomicFile`` and by nothing else.
@Suite struct OneWriterTests {
    /// Ways of opening a file for writing, or of putting one in another's place.
    static let ways = [
        "O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC", "O_TMPFILE", "creat\\(", "fopen\\(", "freopen\\(", "mkstemp",
        "SFM_WRITE", "SFM_RDWR", "createFile\\(", "\\.write\\(to: (?!database\\b|folder\\b|file, )", "write\\(toFile",
        "forWriting", "forUpdating",
        "\\brename\\(", "renameat", "copyItem", "\\bmoveItem", "replaceItem", "linkItem", "OutputStream\\(",
        "png_image_write_to_file",
    ]

    /// The lines that may: file, and words of the line.
    static let allowed = [
        ("AtomicFiles/", ""), ("CFileCalls/", ""),
        // Devices, pipes and recordings that grow in their place; the last are new and follow no link.
        ("AudioIO/Files/OutputFile.swift", "O_EXCL | O_NOFOLLOW"),
        ("AudioIO/Files/OutputFile.swift", "open(name.systemName, O_WRONLY |"),
        ("ProcessIO/SideLines+Place.swift", "O_WRONLY | O_CLOEXEC"),
        ("ProcessIO/SideLines+Place.swift", "O_NOFOLLOW"),
        // libsndfile writes through a descriptor that is open.
        ("AudioIO/Files/SoundFile.swift", "sf_open_fd(copy, Int32(SFM_WRITE)"),
        // It appends a line to the stored ends of a ledger. The file is not a link and holds nothing else.
        ("LedgerHost/ChainHeadFile.swift", "O_APPEND | O_CREAT | O_NOFOLLOW"),
        // A ledger that cannot be opened for reading alone is copied into a folder of its own, which is removed.
        ("LedgerSQLite/ReadOnlyDatabase.swift", "O_CREAT | O_EXCL"),
        // Written over in place again and again, one short line.
        ("LedgerHost/PersistentFile.swift", "O_NOFOLLOW"),
        // libsndfile replaces samples of a copy in the making, through a descriptor that is open.
        ("AudioIO/Files/SamplePatcher.swift", "sf_open_fd(descriptor, Int32(SFM_RDWR)"),
        ("ProcessIO/StandardDescriptors.swift", "/dev/null"),
        ("MockGateway/Process/MockProcess.swift", "/dev/null"),
        ("Secrets/Memory/CoreDumps.swift", "/proc/self/coredump_filter"),
    ]

    @Test func `Only AtomicFiles opens files for writing`() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let pattern = try NSRegularExpression(pattern: Self.ways.joined(separator: "|"))
        var (files, found) = (0, [String]())
        let walker = FileManager.default.enumerator(atPath: sources.path)
        while let name = walker?.nextObject() as? String {
            guard [".swift", ".h", ".c"].contains(where: name.hasSuffix) else { continue }
            files += 1
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            for line in text.split(separator: "\n") {
                let code = String(line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[0])
                let whole = NSRange(code.startIndex..., in: code)
                guard pattern.firstMatch(in: code, range: whole) != nil else { continue }
                if Self.allowed.contains(where: { name.hasPrefix($0.0) && ($0.1.isEmpty || line.contains($0.1)) }) {
                    continue
                }
                found.append("\(name): \(line.trimmingCharacters(in: .whitespaces))")
            }
        }
        #expect(files > 100)
        #expect(found == [], "use AtomicFile")
    }
}
