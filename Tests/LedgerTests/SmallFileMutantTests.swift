import Foundation
import LedgerHost
import Support
import Testing

@testable import Ledger

/// Mutants of the small files beside a ledger. They never trap, and never pass for the original.
@Suite(.ownThread) struct SmallFileMutantTests {
    private let folder = TemporaryFolder()
    private let end = ChainHead(sequence: 15, code: (0..<32).map { UInt8($0) })

    @Test func `The stored head of a chain`() throws {
        let key = String(repeating: "0123456789abcdef", count: 4) + "\n"
        folder.write(Array(key.utf8), to: "key")
        let line = Array((end.text + "\n").utf8)
        forEachMutant(of: [line], usually: 2000) { bytes in
            folder.write(bytes, to: "key.head")
            guard let lastSaved = try? KeyFile.read(folder("key")).headStore.lastSaved, case .at(let read) = lastSaved
            else { return }
            #expect(Array((read.text + "\n").utf8) == bytes)
            #expect(read.sequence >= 0 && read.code.count == 32)
        }
    }

    @Test func `The key of a chain`() {
        let key = Array((String(repeating: "0123456789abcdef", count: 4) + "\n").utf8)
        forEachMutant(of: [key], usually: 2000) { bytes in
            folder.write(bytes, to: "key")
            guard (try? KeyFile.read(folder("key"))) != nil else { return }
            let digits = bytes.prefix(256).filter { $0 > 0x20 }
            #expect(digits.count == 64 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit })
        }
    }

    @Test func `The line of a stored end is parsed`() {
        forEachMutant(of: [Array("\(end.text) 2026-11-30T01:02:03Z".utf8)], usually: 2000) { bytes in
            guard let read = ChainHead(String(decoding: bytes, as: UTF8.self)) else { return }
            #expect(read.sequence >= 0 && read.code.count == 32 && ChainHead(read.text) == read)
        }
    }
}
