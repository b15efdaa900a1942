import DTMF
import PaymentSession
import Support
import Testing

/// The times of a field, the rest of a cut-off entry, and fields that end by themselves.
struct FieldTimeTests {
    /// A number of each length that a card has, with its check digit.
    private static let numbers = [
        "4242424242424242", "378282246310005", "30569309025904", "6304000000000000", "4000000000000000006",
    ]

    @Test(arguments: KeypadProfile.builtIn, numbers)
    func `A caller who stays within the limit between keys can key any number`(profile: KeypadProfile, number: String) {
        var session = SessionDriver(profile: profile)
        session.command(.collect)
        session.send(.key(Key(number.first!)!), after: profile.firstDigitTimeout - .milliseconds(1))
        for digit in number.dropFirst() {
            session.send(.key(Key(digit)!), after: profile.interDigitTimeout - .milliseconds(1))
        }
        session.send(.key(profile.submitKey), after: profile.interDigitTimeout - .milliseconds(1))
        #expect(session.rejections.isEmpty)
        #expect(session.state == .collecting(.expiry))
    }

    @Test func `A caller with one key every 4.1 s is never cut off`() {
        var session = SessionDriver()
        session.command(.collect)
        for key in "4242424242424242*" { session.send(.key(Key(key)!), after: .milliseconds(4100)) }
        #expect(session.rejections.isEmpty)
        #expect(session.state == .collecting(.expiry))
    }

    @Test(arguments: KeypadProfile.builtIn)
    func `A field never lasts longer than its limit`(profile: KeypadProfile) {
        let seed = SeededGenerator.seedOfRun()
        var random = SeededGenerator(seed: seed)
        var cuts = 0
        for _ in 0..<200 {
            var profile = profile
            profile.fieldLimit = .seconds(Int.random(in: 5...80, using: &random))
            profile.attempts = 1
            var session = SessionDriver(profile: profile)
            session.command(.collect)
            let begin = session.time
            while case .collecting = session.state {
                let pause = Duration.milliseconds(Int.random(in: 100...5000, using: &random))
                // A key that clears the field begins no new limit either.
                let keys: [Key] = [.one, .two, .nine, profile.clearKey ?? .three]
                session.send(.key(keys.randomElement(using: &random) ?? .one), after: pause)
            }
            #expect(session.time - begin <= profile.fieldLimit + .seconds(5), "seed \(seed)")
            if session.rejections == [.timeout(.field)] { cuts += 1 }
        }
        #expect(cuts > 100, "seed \(seed)")
    }

    /// A profile whose fields are soon cut off.
    private static func hasty(_ limit: Duration) -> KeypadProfile {
        KeypadProfile(
            name: "hasty", submitKey: .star, clearKey: .pound, firstDigitTimeout: .seconds(5),
            interDigitTimeout: .seconds(5), fieldTimeout: .seconds(5), fieldLimit: limit, sessionTimeout: .seconds(300))
    }

    @Test(arguments: [true, false])
    func `Keys of a cut-off entry do not count for the next try`(endsIt: Bool) {
        let seed = SeededGenerator.seedOfRun()
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let pace = Duration.milliseconds(Int.random(in: 150...4500, using: &random))
            let before = Int.random(in: 2...15, using: &random)
            let limit = pace * before + pace / 2
            var session = SessionDriver(profile: Self.hasty(limit))
            session.command(.collect)
            for key in "4242424242424242" { session.send(.key(Key(key)!), after: pace) }
            #expect(session.rejections == [.timeout(.field)], "seed \(seed)")
            if endsIt { session.send(.key(.star), after: pace) }
            #expect(session.machine.heldDigits == 0, "seed \(seed)")
            for key in "5555555555554444*" { session.send(.key(Key(key)!), after: limit / 40) }
            #expect(session.rejections == [.timeout(.field)], "seed \(seed)")
            #expect(session.state == .collecting(.expiry), "seed \(seed)")
        }
    }

    @Test(arguments: [Duration.milliseconds(200), .seconds(1), .seconds(4)])
    func `After a pause and a new prompt, the caller's first key counts`(pace: Duration) {
        var session = SessionDriver(profile: Self.hasty(.seconds(120)))
        session.command(.collect)
        for key in "42424242" { session.send(.key(Key(key)!), after: pace) }
        session.wait(.seconds(5))
        #expect(session.rejections == [.timeout(.interDigit)])
        // The prompt takes its time.
        session.wait(.milliseconds(2500))
        for key in "4242424242424242*" { session.send(.key(Key(key)!), after: .milliseconds(200)) }
        #expect(session.state == .collecting(.expiry))
    }

    @Test func `The key that clears a field begins the next try at once`() {
        var session = SessionDriver(profile: Self.hasty(.milliseconds(3100)))
        session.command(.collect)
        for key in "42424242" { session.send(.key(Key(key)!), after: .milliseconds(500)) }
        #expect(session.rejections == [.timeout(.field)])
        session.send(.key(.pound))
        for key in "4242424242424242*" { session.send(.key(Key(key)!), after: .milliseconds(100)) }
        #expect(session.state == .collecting(.expiry))
    }

    private static var ending: KeypadProfile {
        var profile = KeypadProfile.keyivr
        profile.endsFullFields = true
        return profile
    }

    @Test(
        arguments: ["", "*"], [("4242424242424242", "123"), ("378282246310005", "1234"), ("5555555555554444", "123")])
    func `A full field ends by itself, and the key that ends it does no harm`(key: String, card: (String, String)) {
        var session = SessionDriver(profile: Self.ending)
        session.command(.collect)
        session.keys(card.0 + key + "1230" + key + card.1 + key)
        #expect(session.rejections.isEmpty)
        #expect(session.submissions.count == 1)
    }

    @Test func `A number that may be longer is accepted at the end key or the time-out`() {
        for number in ["30569309025904", "6200000000000005", "6304000000000000"] {
            var session = SessionDriver(profile: Self.ending)
            session.command(.collect)
            session.keys(number)
            #expect(session.state == .collecting(.cardNumber))
            session.wait(.seconds(10))
            #expect(session.state == .collecting(.expiry))
        }
        var session = SessionDriver(profile: Self.ending)
        session.command(.collect)
        session.keys("4242424242424241")
        session.wait(.seconds(10))
        #expect(session.rejections == [.timeout(.interDigit)])
    }
}
