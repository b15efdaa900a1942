import ArgumentParser
import PaymentSetup

/// Where payments go, and by which way.
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

    var choice: GatewayChoice {
        GatewayChoice(address: gateway, keyFile: keyFile, proxy: proxy, authorities: caFile)
    }
}
