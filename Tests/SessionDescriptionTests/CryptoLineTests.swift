import SessionDescription
import Support
import Testing

struct CryptoLineTests {
    @Test func `Keys are read with their lifetime, identifier and parameters, and written back`() throws {
        var audio = try Samples.parsed(Samples.phone).media[0]
        let lines = audio.crypto
        #expect(lines.map(\.tag) == [1, 2])
        #expect(lines.map(\.suite) == ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"])
        #expect(lines[0].keys[0].bytes.count == 30 && lines[0].keys[0].lifetime == "2^20")
        #expect(lines[0].keys[0].identifier == "1:4" && lines[0].parameters == ["UNENCRYPTED_SRTCP"])
        #expect(lines[1].keys[0].lifetime == nil && lines[1].parameters.isEmpty)
        let written = audio.attributes("crypto")
        audio.setCrypto(lines)
        #expect(audio.attributes("crypto") == written && audio.crypto == lines)
        audio.setCrypto([])
        #expect(audio.crypto.isEmpty && audio.attributes("crypto").isEmpty)
    }

    @Test func `Keys are not printed`() throws {
        let line = try #require(CryptoLine("1 S inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"))
        #expect("\(line)" == "1 S" && String(reflecting: line) == "1 S")
        #expect("\(line.keys)".contains("119") == false)
    }

    @Test(arguments: [
        "", "1", "1 S", "x S inline:AAAA", "-1 S inline:AAAA", "1 S AAAA", "1 S inline:", "1 S inline:A",
        "1 S inline:A!",
        "1 S inline:AAAA;", "1 S inline:AAAA|2^31|1:4|x", "99999999999999999999 S inline:AAAA",
    ])
    func `What is no key is left out`(text: String) {
        #expect(CryptoLine(text) == nil)
    }

    @Test func `Several keys stand in one line`() throws {
        let line = try #require(CryptoLine("7 S inline:AAAA|1:4;inline:BBBB|2^31|2:4 KDR=1 FEC_ORDER=FEC_SRTP"))
        #expect(line.keys.count == 2 && line.keys[1].identifier == "2:4" && line.parameters.count == 2)
        #expect(CryptoLine(line.text) == line)
    }

    @Test func `Every key is read as it was written`() throws {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for turn in 0..<2000 {
            let bytes = (0..<Int.random(in: 1...64, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            let line = CryptoLine(tag: turn, suite: "S", keys: [CryptoLine.Key(bytes: bytes)])
            #expect(CryptoLine(line.text) == line, "seed \(seed), turn \(turn)")
        }
    }
}
