internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// The content of a file, by its name and its first bytes.
enum FileContent {
    case recording
    /// Clearly not audio: text, pictures, documents, tables.
    case other
    case packed
    case unknown
    case unreadable(String)

    /// The content of the regular file at `path`. It is opened only if its suffix is not a recording's.
    static func of(_ path: String) -> FileContent {
        if AudioContainer.recordingExtensions.contains(PathBytes.suffix(path)) { return .recording }
        let isPlain = plainSuffixes.contains(PathBytes.suffix(path)) || plainNames.contains(PathBytes.lastName(path))
        // A pipe may have replaced the file meanwhile, so opening it must not wait.
        let descriptor = unsafe open(path.systemName, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return isPlain ? .other : .unreadable(unsafe String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: 512)
        let count = unsafe read(descriptor, &head, head.count)
        guard count >= 0 else { return isPlain ? .other : .unreadable(unsafe String(cString: strerror(errno))) }
        head.removeLast(head.count - count)
        if isAudio(head) { return .recording }
        if isPlain || head.isEmpty || isText(head) || begins(head, plainMagics) { return .other }
        return begins(head, packedMagics) || isTar(head) ? .packed : .unknown
    }

    /// Whether a file that begins with `head` holds audio.
    static func isAudio(_ head: [UInt8]) -> Bool {
        if begins(head, audioMagics) {
            // RIFF, FORM and Ogg may hold other data than audio. Pictures are excluded.
            return !(begins(head, [Array("RIFF".utf8)]) && Array(head.dropFirst(8).prefix(4)) == Array("WEBP".utf8))
        }
        if Array(head.dropFirst(4).prefix(4)) == Array("ftyp".utf8) {
            let brand = String(decoding: head.dropFirst(8).prefix(4), as: UTF8.self)
            return !["heic", "heix", "mif1", "avif"].contains(brand)
        }
        return isFrame(head) || isTransportStream(head)
    }

    /// Whether the file begins with MPEG packets of 188 bytes.
    private static func isTransportStream(_ head: [UInt8]) -> Bool {
        head.count > 376 && [0, 188, 376].allSatisfy { head[$0] == 0x47 }
    }

    /// Whether `head` is the header of an MPEG audio frame (sync, layer, bit rate, sample rate) or of an ADTS frame.
    private static func isFrame(_ head: [UInt8]) -> Bool {
        guard head.count >= 4, head[0] == 0xFF, head[1] & 0xE0 == 0xE0 else { return false }
        if head[1] & 0xF6 == 0xF0 { return head[2] >> 2 & 0x0F < 13 }
        return head[1] & 0x06 != 0 && head[1] & 0x18 != 0x08 && head[2] >> 4 != 0x0F && head[2] & 0x0C != 0x0C
    }

    /// Whether `head` is valid UTF-8 (its last scalar may be cut) or UTF-16 with its mark, without control characters.
    private static func isText(_ head: [UInt8]) -> Bool {
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return true }
        let hasControls = head.contains { $0 == 0x7F || ($0 < 0x20 && !(9...13).contains($0) && $0 != 0x1B) }
        if hasControls { return false }
        return (0...3).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
    }

    private static func isTar(_ head: [UInt8]) -> Bool {
        head.count >= 262 && Array(head[257..<262]) == Array("ustar".utf8)
    }

    private static func begins(_ head: [UInt8], _ magics: [[UInt8]]) -> Bool {
        magics.contains { head.starts(with: $0) }
    }

    /// First bytes of audio and video files.
    private static let audioMagics: [[UInt8]] =
        [
            "RIFF", "RIFX", "RF64", "BW64", "riff", "fLaC", "OggS", ".snd", "FORM", "caff", "ID3", "#!AMR", "#!SILK",
            "wvpk", "MAC ", "TTA1", "Creative Voice", "NIST_1A", ".RMF", "FLV\u{1}",
        ].map { Array($0.utf8) } + [
            [0x1A, 0x45, 0xDF, 0xA3],  // Matroska, WebM
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11],  // ASF, Windows Media
            [0, 0, 1, 0xBA],  // MPEG program stream
        ]

    /// First bytes of pictures, documents, programs and databases.
    private static let plainMagics: [[UInt8]] =
        ["%PDF", "%!PS", "GIF8", "SQLite format 3\0", "RIFF", "\u{7F}ELF", "{\\rtf", "MThd", "Bud1"].map {
            Array($0.utf8)
        } + [
            [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47], [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A],
            [0, 0, 0, 1, 0x42, 0x75, 0x64, 0x31], [0, 0, 1, 0],
        ]

    /// First bytes of packed and encrypted files.
    private static let packedMagics: [[UInt8]] =
        ["PK\u{3}\u{4}", "PK\u{5}\u{6}", "7z\u{BC}", "Rar!", "BZh", "age-encryption.org", "-----BEGIN PGP"].map {
            $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        } + [[0x1F, 0x8B], [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x28, 0xB5, 0x2F, 0xFD]]

    /// Suffixes of files without audio. Such a file is still a recording if its first bytes say so.
    private static let plainSuffixes: Set<String> = [
        "txt", "md", "pdf", "jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "svg", "heic", "ico", "csv",
        "tsv",
        "json", "ndjson", "xml", "html", "htm", "css", "js", "yaml", "yml", "toml", "ini", "conf", "cfg", "log", "doc",
        "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "rtf", "eml", "srt", "vtt", "cue", "m3u", "m3u8", "pls",
        "py",
        "sh", "sql", "db", "sqlite", "sqlite3", "pem", "crt", "key", "pub", "sig", "asc", "md5", "sha1", "sha256",
        "mid",
    ]

    private static let plainNames: Set<String> = [".DS_Store", "Thumbs.db", "desktop.ini"]
}
