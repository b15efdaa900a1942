import ArgumentParser
import PaymentSetup

/// The gateway of payments, and the way to it.
struct GatewayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Address of the gateway; 'mock' starts a mock in a process of its own, without moving money.",
            valueName: "url"))
    var gateway: String?
    @Option(
        help: ArgumentHelp(
            "File with the gateway's secret key (default: TONEWALL_GATEWAY_KEY). A key with '_test_' in it is a test key.",
            valueName: "file"), completion: .file())
    var keyFile: String?
    @Option(
        help: ArgumentHelp(
            "Proxy to an https gateway, http://HOST:PORT or socks5h://HOST:PORT. Proxy environment variables are ignored.",
            valueName: "url"))
    var proxy: String?
    @Option(
        help: ArgumentHelp(
            "PEM file of the authorities that may certify the gateway, instead of the system's.",
            valueName: "file"), completion: .file())
    var caFile: String?

    var choice: GatewayChoice {
        GatewayChoice(address: gateway, keyFile: keyFile, proxy: proxy, authorities: caFile)
    }
}
