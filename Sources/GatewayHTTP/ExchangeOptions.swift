/// Time limits, repetitions and route of a gateway's client.
public struct ExchangeOptions: Sendable {
    /// Seconds for a connection to stand.
    public var connectTimeout = 5.0
    /// Seconds for one reply.
    public var requestTimeout = 10.0
    /// Seconds for all repetitions of one request together.
    public var deadline = 30.0
    /// Seconds for looking up what became of a payment once the deadline is over.
    public var settlementDeadline = 20.0
    /// Most requests sent, including the first.
    public var tries = 4
    /// Seconds before the first repetition. Each further pause is twice as long, up to four seconds; a random factor of
    /// 0.5 to 1 shortens it.
    public var backoff = 0.25
    /// The proxy that an `https` gateway is reached through, `http://HOST:PORT` or `socks5h://HOST:PORT`; `nil` for
    /// none. No environment variable names one.
    public var proxy: String?
    /// A PEM file of the authorities trusted for the gateway's certificate; `nil` for the system's.
    public var authorities: String?

    public init() {}
}
