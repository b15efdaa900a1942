import Failures
import PaymentSession
import PaymentSetup
import Support
import Testing

/// The user's request for a payment.
struct PaymentRequestTests {
    private func request(_ set: (inout PaymentRequest) -> Void = { _ in }) -> PaymentRequest {
        var request = PaymentRequest(amount: "42.00")
        request.date = "2026-11-21"
        set(&request)
        return request
    }

    @Test func `A request becomes a session's settings`() throws {
        let settings = try request {
            ($0.amount, $0.currency, $0.reference, $0.ask) = ("4200", "jpy", "INV-7", ["postcode"])
            ($0.session, $0.call, $0.keypad) = ("CALL-7", "LINE-1", KeypadProfile.builtIn[1].name)
        }.settings(.byAgent)
        #expect(settings.amount == 4200 && settings.currency == "JPY" && settings.reference == "INV-7")
        #expect(settings.sessionID == "CALL-7" && settings.callID == "LINE-1" && settings.submission == .byAgent)
        #expect(Set(settings.fields) == Set(CaptureField.card + [.postcode]))
        #expect(settings.profile == KeypadProfile.builtIn[1])
        #expect(settings.month == CardExpiry(month: 11, year: 2026))
    }

    @Test(arguments: [("GBP", 4200), ("JPY", 4200), ("KWD", 42_000)])
    func `A test without an amount gets a plausible one`(currency: String, minorUnits: Int) throws {
        let settings = try request {
            ($0.amount, $0.currency) = (nil, currency)
        }.settings(.automatic)
        #expect(settings.amount == minorUnits)
    }

    @Test func `Errors of the request are usage errors before anything is opened`() {
        let wrong: [(inout PaymentRequest) -> Void] = [
            { $0.amount = "0" }, { $0.amount = "42.001" }, { $0.amount = "0.29" }, { $0.currency = "XTS" },
            { $0.session = "" }, { $0.session = "-x" }, { $0.session = "a b" },
            { $0.session = String(repeating: "a", count: 65) }, { $0.call = "né" }, { $0.call = "4242424242424242" },
            { $0.session = "c4242424242424242" }, { $0.reference = "card 4242 4242 4242 4242" }, { $0.ask = ["pin"] },
            { $0.date = "2026-02-30" }, { $0.date = "0001-01-01" }, { $0.keypad = "nobody" },
        ]
        for set in wrong {
            let request = request(set)
            let failure = #expect(throws: Failure.self, "\(request)") { try request.settings(.automatic) }
            #expect(failure?.status == .usage && failure?.what.contains("4242") == false, "\(request)")
        }
    }

    @Test func `New names are valid, unique and without digits`() throws {
        let names = (0..<1000).map { _ in PaymentRequest.newName() }
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.allSatisfy { !$0.isNumber })
            #expect(try request { $0.session = name }.settings(.automatic).sessionID == name)
        }
    }

    @Test func `A keypad file is read, and its first error is reported with its line`() throws {
        let folder = TemporaryFolder()
        folder.write(Array("name: clinic\nbase: keyivr\ncards: 3\n".utf8), to: "good.yaml")
        folder.write(Array("name: clinic\ncards: 33\n".utf8), to: "bad.yaml")
        #expect(try request { $0.keypad = folder("good.yaml") }.settings(.automatic).profile.name == "clinic")
        let failure = #expect(throws: Failure.self) {
            try request { $0.keypad = folder("bad.yaml") }.settings(.automatic)
        }
        #expect(failure?.code == "keypad.unreadable" && failure?.what.hasPrefix("line 2: ") == true)
        #expect(failure?.file == folder("bad.yaml"))
    }
}
