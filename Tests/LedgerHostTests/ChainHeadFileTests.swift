import Failures
import Foundation
import Ledger
import LedgerHost
import Support
import Testing

/// Ends of audit logs that are kept away from the ledger.
struct ChainEndFileTests {
    private static func end(_ sequence: Int) -> ChainHead {
        ChainHead(sequence: sequence, code: [UInt8](repeating: UInt8(sequence & 0xFF), count: 32))
    }

    @Test func `Added ends are read back in order`() throws {
        let folder = TemporaryFolder()
        let ends = [0, 7, 1 << 40].map(Self.end)
        for end in ends { try ChainHeadFile.add(end, to: folder("heads.txt"), at: .utc) }
        let text = String(decoding: folder.bytes("heads.txt"), as: UTF8.self)
        #expect(try ChainHeadFile.ends(in: text, of: "heads.txt") == ends)
        #expect(try ChainHeadFile.ends(in: "\n" + text + "\r\n \n", of: "heads.txt") == ends)
    }

    @Test(arguments: ["Dear Sir or Madam", "12", "{\"end\":1}"])
    func `A file of another kind keeps its bytes`(text: String) throws {
        let folder = TemporaryFolder()
        let path = folder.write(Array(text.utf8), to: "letter.txt")
        let failure = #expect(throws: Failure.self) { try ChainHeadFile.add(Self.end(1), to: path, at: .utc) }
        #expect(failure?.code == "chain-end.other-file" && failure?.file == path)
        #expect(folder.bytes("letter.txt") == Array(text.utf8))
    }

    @Test func `A link is not followed, and a missing folder is reported`() throws {
        let folder = TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: folder("target"))
        for path in [folder("link"), folder("none/heads.txt")] {
            let failure = #expect(throws: Failure.self) { try ChainHeadFile.add(Self.end(1), to: path, at: .utc) }
            #expect(failure?.status == .cannotCreate)
        }
        #expect(folder.contents == ["link"])
    }

    @Test func `A line without an end is reported with its number`() throws {
        let line = ChainHeadFile.line(Self.end(1), at: .utc)
        let failure = #expect(throws: Failure.self) {
            try ChainHeadFile.ends(in: line + "\n" + String(line.dropFirst(30)), of: "heads.txt")
        }
        #expect(failure?.status == .dataError && failure?.what.hasPrefix("line 3 ") == true)
        #expect(throws: Failure.self) { try ChainHeadFile.ends(in: " \n\n", of: "heads.txt") }
    }
}
