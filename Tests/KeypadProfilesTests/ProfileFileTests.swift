import DTMF
import PaymentSession
import KeypadProfiles
import Support
import Testing

@Suite struct `Profile files` {
    @Test func `a file sets keys, times and tries`() throws {
        let profile = try ProfileFile.profile(
            from: """
                name: clinic   # the front desk's
                keys:
                  submit: "#"
                  cancel: "*"
                  clear: none
                timeouts:
                  first-digit: 30
                  inter-digit: 7.5
                  field: 90
                  session: 400
                attempts: 2
                cards: 1
                bounce-gap: 0.2
                """)
        #expect(
            profile
                == KeypadProfile(
                    name: "clinic", submitKey: .pound, clearKey: nil, cancelKey: .star, firstDigitTimeout: .seconds(30),
                    interDigitTimeout: .milliseconds(7500), fieldTimeout: .seconds(90), sessionTimeout: .seconds(400),
                    attempts: 2, cards: 1, bounceGap: .milliseconds(200)))
    }

    private static let whole = """
        name: clinic
        merchant: Clinic Ltd
        base: hash
        keys: {submit: "#", cancel: "*", clear: none}
        timeouts: {first-digit: 30, inter-digit: 7.5, field: 90, field-limit: 200, session: 400}
        auto-end: true
        attempts: 2
        cards: 3
        bounce-gap: 0.2
        """

    @Test func `any text is a profile that can be used, or a mistake on one of its lines`() {
        let anchored = "name: &a clinic\nkeys: &k {submit: \"#\"}\nmerchant: *a\ntimeouts: *k\n"
        forEachMutant(of: [Self.whole, anchored].map { Array($0.utf8) }, usually: 2000) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            // A carriage return alone ends a line too, and so do the separators of Unicode.
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
            do throws(ProfileFileError) {
                let profile = try ProfileFile.profile(from: text)
                #expect(profile.fieldTimeout <= profile.fieldLimit && (1...9).contains(profile.attempts), "\(text)")
            } catch {
                #expect((1...lines + 1).contains(error.line), "\(text)")
            }
        }
    }

    @Test(arguments: KeypadProfile.builtIn)
    func `missing settings come from the base`(base: KeypadProfile) throws {
        #expect(try ProfileFile.profile(from: "base: \(base.name)\nname: \(base.name)\n") == base)
    }

    @Test(
        arguments: [
            ("", 1, .empty),
            ("name: a\nkeys: [1, 2]\n", 2, .notAMapping),
            (
                "name: a\ncolour: red\n", 2,
                .unknownName([
                    "name", "merchant", "base", "keys", "timeouts", "auto-end", "attempts", "cards", "bounce-gap",
                ])
            ),
            ("name: a\nbase: other\n", 2, .notOneOf(["keyivr", "hash", "slow"])),
            ("name: a\nkeys:\n  submit: \"5\"\n", 3, .notOneOf(["*", "#", "A", "B", "C", "D", "none"])),
            ("name: a\nkeys:\n  submit: none\n", 3, .notOneOf(["*", "#", "A", "B", "C", "D"])),
            ("name: a\nattempts: many\n", 2, .notInRange("1 to 9")),
            ("name: a\ntimeouts:\n  field: 60\n  first-digit: 0\n", 4, .notInRange("1 to 3600 seconds")),
            ("name: a\nbounce-gap: 0.1\nname: b\n", 3, .nameTwice), ("attempts: 2\nname: \"a b\"\n", 2, .notAName),
            ("name: a\nkeys: {submit: \"#\"\nattempts: 3\n", 3, nil),
        ] as [(String, Int, ProfileFileError.Problem?)])
    func `a mistake is reported with its line`(text: String, line: Int, problem: ProfileFileError.Problem?) {
        let error = #expect(throws: ProfileFileError.self) { try ProfileFile.profile(from: text) }
        #expect(error?.line == line)
        if let problem { #expect(error?.problem == problem) }
    }

    @Test func `two functions on one key are a mistake`() {
        let error = #expect(throws: ProfileFileError.self) {
            try ProfileFile.profile(from: "name: a\nkeys:\n  submit: \"#\"\n  clear: \"#\"\n")
        }
        #expect(error?.problem == .keyTwice && error?.line == 4)
    }

    @Test func `time-outs that do not fit into each other are a mistake`() {
        let error = #expect(throws: ProfileFileError.self) {
            try ProfileFile.profile(from: "name: a\ntimeouts:\n  field: 5\n")
        }
        #expect(error?.problem == .timeoutsOutOfOrder && error?.line == 3)
    }
}
