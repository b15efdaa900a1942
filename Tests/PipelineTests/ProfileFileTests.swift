import DTMF
import PaymentSession
import Pipeline
import Support
import Testing

@Suite struct `Profile files` {
    @Test func `a file says keys, times and tries`() throws {
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

    @Test func `the same profile in TOML is the same profile`() throws {
        let yaml = """
            name: clinic
            base: hash
            keys: {submit: "#", cancel: "*", clear: none}
            timeouts: {first-digit: 30, inter-digit: 7.5, field: 90, session: 400}
            attempts: 2
            """
        let tomls = [
            """
            # the front desk's
            name = "clinic"   # its name
            base = 'hash'
            attempts = 2

            [keys]
            submit = "#"
            cancel = "\\u002a"
            clear = "none"

            [ timeouts ]
            first-digit = 30
            "inter-digit" = 7.5
            field = 9_0
            session = +400
            """,
            "name=\"clinic\"\r\nbase=\"hash\"\r\nattempts=2\r\n"
                + "keys = {submit = \"#\", cancel = \"*\", clear = \"none\"}\r\n"
                + "timeouts.first-digit = 30\r\ntimeouts . inter-digit = 7.5\r\ntimeouts.field = 90\r\n"
                + "timeouts.session = 400",
        ]
        for toml in tomls {
            #expect(try ProfileFile.profile(from: toml, in: .toml) == ProfileFile.profile(from: yaml))
        }
        #expect(ProfileFile.Language(path: "a/b.TOML") == .toml && ProfileFile.Language(path: "toml.yaml") == .yaml)
    }

    @Test(
        arguments: [
            ("", 1, .empty), ("# nothing\n\n", 1, .empty),
            ("name = \"a\"\nkeys = 5\n", 2, .notAMapping),
            (
                "\ncolour = \"red\"\n", 2,
                .unknownName(["name", "base", "keys", "timeouts", "auto-end", "attempts", "cards", "bounce-gap"])
            ),
            ("[keys]\n# the star\nsubmit = \"5\"\n", 3, .notOneOf(["*", "#", "A", "B", "C", "D", "none"])),
            ("[keys]\nsubmit = \"#\"\nclear = \"#\"\n", 3, .keyTwice),
            ("name = \"a\"\n[timeouts]\nfield = 60\nfirst-digit = 0\n", 4, .notInRange("1 to 3600 seconds")),
            ("attempts = true\n", 1, .notInRange("1 to 9")), ("name = \"a b\"\n", 1, .notAName),
            ("attempts = 1\nname = \"a\"\nattempts = 2\n", 3, .nameTwice), ("[keys]\n\n[keys]\n", 3, .nameTwice),
            ("keys.submit = \"#\"\nkeys = 1\n", 2, .nameTwice), ("name = \"4242424242424242\"\n", 1, .notAName),
            ("name = clinic\n", 1, nil), ("\nname \"clinic\"\n", 2, nil), ("name = \"clinic\n", 1, nil),
            ("attempts = 1\n[keys\n", 2, nil), ("attempts = 1 2\n", 1, nil), ("attempts =\n", 1, nil),
            ("keys = {submit = \"#\"\n", 1, nil), ("[[keys]]\n", 1, nil), ("attempts = 1\nname = \"\\q\"\n", 2, nil),
            ("name = \"\"\"\na\"\"\"\n", 1, nil), ("attempts = [1]\n", 1, nil), ("= 1\n", 1, nil),
            ("name: clinic\n", 1, nil), ("name = \"\\u12", 1, nil), ("keys = {", 1, nil),
        ] as [(String, Int, ProfileFileError.Problem?)])
    func `a mistake in TOML is told with its line`(text: String, line: Int, problem: ProfileFileError.Problem?) {
        let error = #expect(throws: ProfileFileError.self) { try ProfileFile.profile(from: text, in: .toml) }
        #expect(error?.line == line)
        if let problem {
            #expect(error?.problem == problem)
        } else if case .notTOML? = error?.problem {
        } else {
            Issue.record("\(String(describing: error))")
        }
    }

    @Test func `any text is a profile or a mistake on one of its lines`() {
        var random = SeededGenerator(seed: UInt64.random(in: 0...999_999))
        let pieces = [
            "name", "keys", "[", "]", "{", "}", "=", ".", "\"", "'", "\\", "u", "#", "\n", "\r\n", " ", "1", ",", "é",
        ]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
            do throws(ProfileFileError) {
                _ = try ProfileFile.profile(from: text, in: .toml)
            } catch {
                #expect((1...max(1, lines)).contains(error.line), "\(text)")
            }
        }
    }

    @Test(arguments: KeypadProfile.builtIn)
    func `what is not said comes from the base`(base: KeypadProfile) throws {
        #expect(try ProfileFile.profile(from: "base: \(base.name)\nname: \(base.name)\n") == base)
    }

    @Test(
        arguments: [
            ("", 1, .empty),
            ("name: a\nkeys: [1, 2]\n", 2, .notAMapping),
            (
                "name: a\ncolour: red\n", 2,
                .unknownName(["name", "base", "keys", "timeouts", "auto-end", "attempts", "cards", "bounce-gap"])
            ),
            ("name: a\nbase: other\n", 2, .notOneOf(["keyivr", "hash", "slow"])),
            ("name: a\nkeys:\n  submit: \"5\"\n", 3, .notOneOf(["*", "#", "A", "B", "C", "D", "none"])),
            ("name: a\nkeys:\n  submit: none\n", 3, .notOneOf(["*", "#", "A", "B", "C", "D"])),
            ("name: a\nattempts: many\n", 2, .notInRange("1 to 9")),
            ("name: a\ntimeouts:\n  field: 60\n  first-digit: 0\n", 4, .notInRange("1 to 3600 seconds")),
            ("name: a\nbounce-gap: 0.1\nname: b\n", 3, .nameTwice), ("attempts: 2\nname: \"a b\"\n", 2, .notAName),
            ("name: a\nkeys: {submit: \"#\"\nattempts: 3\n", 3, nil),
        ] as [(String, Int, ProfileFileError.Problem?)])
    func `a mistake is told with its line`(text: String, line: Int, problem: ProfileFileError.Problem?) {
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
