import Failures
import GatewayHTTP
import ArgumentParser
import CurlClient
import Gateway
import StripeGateway

/// By which way a gateway is reached, and whom its certificate is held against.
struct RouteOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Proxy that an https gateway is reached through, http://HOST:PORT or socks5h://HOST:PORT; no variable names one.",
            valueName: "url"))
    var proxy: String?

    @Option(
        help: ArgumentHelp(
            "PEM file of the authorities that the gateway's certificate is held against, instead of the system's.",
            valueName: "file"), completion: .file())
    var caFile: String?

    /// What a client of the gateway is told of it.
    func clientOptions() throws -> PaymentIntentsGateway.Options {
        var options = PaymentIntentsGateway.Options()
        if let proxy {
            guard HTTPAddress(proxy: proxy) != nil else {
                throw Failure(
                    .usage, "a proxy is http://HOST:PORT or socks5h://HOST:PORT", advice: "without name and password")
            }
            options.exchange.proxy = proxy
        }
        if let caFile {
            guard try SmallFile.text(of: caFile, limit: 4 << 20).contains("-----BEGIN CERTIFICATE-----") else {
                throw Failure(.dataError, file: caFile, "holds no certificate", advice: "give a PEM file")
            }
            options.exchange.authorities = caFile
        }
        return options
    }
}
