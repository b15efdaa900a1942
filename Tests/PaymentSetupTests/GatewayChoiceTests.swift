import Failures
import Gateway
import Ledger
import PaymentSetup
import Support
import Testing

/// Which gateway is meant, and whether it can be asked.
struct GatewayChoiceTests {
    private let folder = TemporaryFolder()

    private func choice(_ address: String?, key: String? = "sk_test_1") -> GatewayChoice {
        var choice = GatewayChoice(address: address)
        choice.keyFile = key.map { folder.write(Array($0.utf8), to: "key-\($0.utf8.count)") }
        return choice
    }

    @Test(arguments: [("sk_test_1\n", PaymentKind.test), ("  sk_live_1  # the shop's\n", .real), ("rk_test_9", .test)])
    func `The key decides whether money moves, and a final slash of the address is ignored`(
        key: String, kind: PaymentKind
    ) async throws {
        let account = try await choice("https://pay.example/", key: key).open()
        #expect(account.kind == kind && account.address == "https://pay.example")
        account.close()
    }

    @Test func `A gateway that cannot be asked is a usage error`() async throws {
        let wrong = [
            choice(nil), choice(""), choice("pay.example"), choice("ftp://pay.example"), choice("http://pay.example"),
            choice("https://pay.example/4242424242424242"), choice("https://pay.example", key: "sk_test_\u{1F}1"),
        ]
        for choice in wrong {
            let error = await #expect(throws: (any Error).self) { try await choice.open() }
            let failure = try #require(error as? any ReportableError).failure
            #expect(failure.status == .usage && !failure.what.contains("4242"), "\(choice)")
        }
    }

    @Test func `Files without a key or a certificate are reported`() async throws {
        var authorities = choice("https://pay.example")
        authorities.authorities = folder.write(Array("no certificate".utf8), to: "ca.pem")
        let long = String(repeating: "k", count: 1025)
        for (choice, code) in [
            (choice("https://pay.example", key: " \n"), "gateway.no-key"),
            (choice("https://pay.example", key: long), "file.too-long"), (authorities, "gateway.no-certificate"),
        ] {
            let failure = await #expect(throws: Failure.self) { try await choice.open() }
            #expect(failure?.code == code && failure?.status == .dataError && failure?.file != nil)
        }
    }

    @Test(arguments: ["proxy.example", "http://user:word@proxy.example:1", "ftp://proxy.example:1"])
    func `A proxy is an address of its own`(proxy: String) async throws {
        var choice = choice("https://pay.example")
        choice.proxy = proxy
        let failure = await #expect(throws: Failure.self) { try await choice.open() }
        #expect(failure?.status == .usage)
    }

    @Test(arguments: [nil, GatewayChoice.mock])
    func `Only a gateway that is named by its address has taken payments before`(address: String?) async throws {
        let failure = await #expect(throws: Failure.self) { try await choice(address).openExisting() }
        #expect(failure?.status == .usage)
    }
}
