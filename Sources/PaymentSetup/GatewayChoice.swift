internal import CurlClient
internal import Failures
internal import Foundation
internal import Gateway
internal import GatewayHTTP
package import Ledger
internal import MockGateway
internal import PaymentSession
internal import StripeGateway

/// The user's choice of a gateway. There are no defaults: the gateway must be named, and a gateway with an address
/// needs a key.
package struct GatewayChoice: Sendable, Hashable {
    /// The address; ``mock`` for a mock gateway in a process of its own, with which no money moves; `nil` if none is
    /// given.
    package var address: String?
    /// The file with the secret key; `nil` for the variable ``keyVariable``. A key with `_test_` in it moves no money.
    package var keyFile: String?
    /// The proxy of an `https` gateway; `nil` for none.
    package var proxy: String?
    /// A PEM file of the authorities that may certify the gateway; `nil` for the system's.
    package var authorities: String?

    package static let mock = "mock"
    package static let keyVariable = "TONEWALL_GATEWAY_KEY"

    package init(address: String?, keyFile: String? = nil, proxy: String? = nil, authorities: String? = nil) {
        self.address = address
        self.keyFile = keyFile
        self.proxy = proxy
        self.authorities = authorities
    }

    /// The input files of the choice.
    package var inputs: [String] { [keyFile, authorities].compactMap(\.self) }

    /// Opens the gateway. The caller closes it.
    ///
    /// - Throws: ``Failure``, ``GatewayFailure`` or ``MockGatewayError`` if address or key cannot be used. The gateway
    ///   itself is not asked.
    package func open() async throws -> GatewayAccount {
        guard let address else {
            throw Failure.usage(
                "no gateway is named", advice: "add --gateway URL, or --gateway mock, with which no money moves"
            )
        }
        if address == Self.mock {
            let process = try MockProcess()
            let client = try PaymentIntentsGateway(url: process.url, key: MockGateway.testKey)
            return GatewayAccount(client, at: Self.mock, of: .test) { process.stop() }
        }
        guard !address.mayHoldCardNumber else {
            throw Failure.usage("the gateway's address may hold a card number", advice: "as https://pay.example")
        }
        // The ledger distinguishes gateways by their addresses.
        let url = address.hasSuffix("/") ? String(address.dropLast()) : address
        let options = try options()
        do throws(GatewayFault) {
            // The address is checked before a key is required.
            _ = try Self.client(at: url, key: "none", options)
        } catch {
            throw GatewayFailure(address: url, fault: error)
        }
        let key = try key()
        do throws(GatewayFault) {
            let client = try Self.client(at: url, key: key, options)
            return GatewayAccount(client, at: url, of: key.contains("_test_") ? .test : .real)
        } catch {
            throw Failure.usage("the gateway's key is no key", advice: "printing ASCII characters without spaces")
        }
    }

    /// Opens a gateway that has taken payments before. A new mock would not know them.
    package func openExisting() async throws -> GatewayAccount {
        guard let address, address != Self.mock else {
            throw Failure.usage(
                "the gateway that took the payment has to be named by its address", advice: "add --gateway URL")
        }
        return try await open()
    }

    /// The client for the gateway at `address`. This is the one place that chooses a protocol.
    private static func client(
        at address: String, key: String, _ exchange: ExchangeOptions
    ) throws(GatewayFault) -> any PaymentGateway {
        var options = PaymentIntentsGateway.Options()
        options.exchange = exchange
        return try PaymentIntentsGateway(url: address, key: key, options: options)
    }

    private func options() throws -> ExchangeOptions {
        var options = ExchangeOptions()
        if let proxy {
            guard HTTPAddress(proxy: proxy) != nil else {
                throw Failure.usage(
                    "a proxy is http://HOST:PORT or socks5h://HOST:PORT", advice: "without name and password")
            }
            options.proxy = proxy
        }
        if let authorities {
            guard try SmallFile.text(of: authorities, limit: 4 << 20).contains("-----BEGIN CERTIFICATE-----") else {
                throw Failure(
                    .dataError, code: "gateway.no-certificate", file: authorities, "holds no certificate",
                    advice: "give a PEM file")
            }
            options.authorities = authorities
        }
        return options
    }

    private func key() throws -> String {
        if let keyFile {
            let text = try SmallFile.text(of: keyFile, limit: 1024)
            guard let key = text.split(whereSeparator: \.isWhitespace).first else {
                throw Failure(
                    .dataError, code: "gateway.no-key", file: keyFile, "holds no key",
                    advice: "put the secret key on its first line")
            }
            return String(key)
        }
        guard let key = ProcessInfo.processInfo.environment[Self.keyVariable], !key.isEmpty else {
            throw Failure.usage(
                "the gateway's secret key is not named",
                advice: "add --key-file FILE, or set \(Self.keyVariable)")
        }
        return key
    }
}
