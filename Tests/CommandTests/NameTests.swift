import Support
import Testing

/// Unknown names on the command line.
@Suite(.ownThread) struct NameTests {
    @Test(arguments: ["u16", "u16le", "u32"])
    func `Unsigned samples of more than 8 bits are refused with the possible widths`(name: String) throws {
        let result = try Command.run(["decode", "-t", name, "-r", "8000", "nowhere"])
        #expect(result.status == 64 && result.errors.contains("signed has 8, 16, 24 or 32"), "\(result.errors)")
    }

    @Test func `A mistyped command gets the intended one as a suggestion`() throws {
        for (words, answer) in [
            (["decod", "k.wav"], "there is no command 'decod': did you mean decode?"),
            (["verifyy"], "did you mean verify?"), (["ledger", "lst", "x"], "did you mean list?"),
            (["4242424242424242"], "there is no command '••••••••••••••••'"),
            (["xyzzy"], "there is no command 'xyzzy'"),
        ] {
            let result = try Command.run(words)
            #expect(result.status == 64 && result.errors.contains(answer), "\(words): \(result.errors)")
            #expect(!result.errors.contains("4242"))
        }
        #expect(try Command.run(["decode", "k.wav", "x.wav", "--no-such"]).errors.contains("command") == false)
    }
}
