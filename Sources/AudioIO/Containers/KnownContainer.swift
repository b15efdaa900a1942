/// Recognises containers and codings by a file's first bytes.
package enum KnownContainer {
    /// Number of bytes that identify a container.
    package static let headBytes = 64

    /// The name of the kind of file that begins with `head`, such as "an MP4 file"; `nil` if it may be anything, even
    /// samples.
    package static func name(of head: [UInt8]) -> String? {
        for (offset, magic, name) in magics where head.count >= offset + magic.count {
            if head[offset..<offset + magic.count].elementsEqual(magic) { return name }
        }
        return isADTS(head) ? "an AAC stream (ADTS)" : nil
    }

    private static let magics: [(Int, [UInt8], String)] = [
        (0, ascii("RIFF"), "a RIFF file (WAVE, AVI)"), (0, ascii("RIFX"), "a RIFX file"),
        (0, ascii("RF64"), "an RF64 file"), (0, ascii("BW64"), "a BW64 file"),
        (0, ascii("riff") + [0x2E, 0x91, 0xCF, 0x11], "a Wave64 file"), (0, ascii("FORM"), "an AIFF file"),
        (0, ascii(".snd"), "an AU file"), (0, ascii("dns."), "an AU file"), (0, ascii("caff"), "a CAF file"),
        (0, ascii("fLaC"), "a FLAC file"), (0, ascii("OggS"), "an Ogg file"), (0, ascii("ID3"), "an MP3 file"),
        (4, ascii("ftyp"), "an MP4 file"), (4, ascii("moov"), "an MP4 file"), (4, ascii("mdat"), "an MP4 file"),
        (0, [0x1A, 0x45, 0xDF, 0xA3], "a Matroska or WebM file"),
        (0, [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], "a Windows Media file"),
        (0, ascii("#!AMR"), "an AMR file"), (0, ascii("wvpk"), "a WavPack file"),
        (0, ascii("MAC "), "a Monkey's Audio file"), (0, ascii("TTA1"), "a True Audio file"),
        (0, ascii("tBaK"), "a TAK file"), (0, ascii("Creative Voice File"), "a VOC file"),
        (0, ascii("NIST_1A"), "a SPHERE file"), (0, ascii("2BIT"), "an AVR file"), (0, ascii("ajkg"), "a Shorten file"),
        (0, ascii("FLV"), "a Flash video"), (0, ascii(".RMF"), "a RealMedia file"), (0, ascii("#!SILK"), "a SILK file"),
        (1, ascii("#!SILK"), "a SILK file"), (0, ascii("MPCK"), "a Musepack file"),
        (0, ascii("MP+"), "a Musepack file"),
        (0, ascii("DSD "), "a DSF file"), (0, [0x00, 0x00, 0x01, 0xBA], "an MPEG program stream"),
        (0, [0x0B, 0x77], "an AC-3 stream"),
    ]

    /// Whether there are two frame headers, the second at the position stated by the first.
    private static func isADTS(_ head: [UInt8]) -> Bool {
        guard head.count >= 7, head[0] == 0xFF, head[1] & 0xF6 == 0xF0, head[2] >> 2 & 0x0F < 13 else { return false }
        let length = Int(head[3] & 3) << 11 | Int(head[4]) << 3 | Int(head[5]) >> 5
        guard length >= 7 else { return false }
        guard head.count >= length + 2 else { return true }
        return head[length] == 0xFF && head[length + 1] & 0xF6 == 0xF0
    }

    private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
}
