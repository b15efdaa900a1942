import ArgumentParser
import Failures
import Gateway
import StripeGateway
import Glibc
import Ledger
import MockGateway
import PaymentSession

/// Where payments go. Nothing is taken for granted: the gateway is named, and so is the key of one that is named by its
/// address.
struct GatewayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The gateway's address; 'mock' starts one in a process of its own, and no money moves.", valueName: "url"))
    var gateway: String?

    @Option(
        help: ArgumentHelp(
            "File that holds the gateway's secret key (default: TONEWALL_GATEWAY_KEY). One with '_test_' in it is for tests.",
            valueName: "file"), completion: .file())
    var keyFile: String?

    @OptionGroup var route: RouteOptions

    /// A gateway that can be asked.
    struct Open {
        let client: any PaymentGateway
        /// Its address, by which a ledger tells it from others; `mock` where it is a process of ours.
        let url: String
        /// Whether money moves.
        let kind: PaymentKind
        fileprivate let mock: MockProcess?

        func close() async { mock?.stop() }
    }

    /// The name of a gateway of our own.
    static let mock = "mock"

    func open() async throws -> Open {
        guard let gateway else {
            throw Failure(
                .usage, "no gateway is named", advice: "add --gateway URL, or --gateway mock, with which no money moves"
            )
        }
        if gateway == Self.mock {
            let mock = try MockProcess()
            let client = try PaymentIntentsGateway(url: mock.url, key: MockGateway.testKey)
            return Open(client: client, url: Self.mock, kind: .test, mock: mock)
        }
        guard !gateway.mayHoldCardNumber else {
            throw Failure(.usage, "the gateway's address may hold a card number", advice: "as https://pay.example")
        }
        // The ledger tells gateways apart by their addresses.
        let url = gateway.hasSuffix("/") ? String(gateway.dropLast()) : gateway
        let options = try route.clientOptions()
        do throws(GatewayFault) {
            // The address is judged before anybody is asked for a key.
            _ = try PaymentIntentsGateway(url: url, key: "none", options: options)
        } catch {
            throw GatewayUnavailable(url: url, fault: error)
        }
        let key = try key()
        do throws(GatewayFault) {
            let client = try PaymentIntentsGateway(url: url, key: key, options: options)
            return Open(client: client, url: url, kind: key.contains("_test_") ? .test : .real, mock: nil)
        } catch {
            throw Failure(.usage, "the gateway's key is no key", advice: "printing ASCII characters without spaces")
        }
    }

    /// The gateway that was named and has taken payments before; a mock of our own would know none.
    func openExisting() async throws -> Open {
        guard let gateway, gateway != Self.mock else {
            throw Failure(
                .usage, "the gateway that took the payment has to be named by its address", advice: "add --gateway URL")
        }
        return try await open()
    }

    private func key() throws -> String {
        if let keyFile {
            let text = try SmallFile.text(of: keyFile, limit: 1024)
            guard let key = text.split(whereSeparator: \.isWhitespace).first else {
                throw Failure(.dataError, file: keyFile, "holds no key", advice: "put the secret key on its first line")
            }
            return String(key)
        }
        let key = unsafe getenv("TONEWALL_GATEWAY_KEY").map { unsafe String(cString: $0) } ?? ""
        guard !key.isEmpty else {
            throw Failure(
                .usage, "the gateway's secret key is not named",
                advice: "add --key-file FILE, or set TONEWALL_GATEWAY_KEY")
        }
        return key
    }
}
