/// Time limits, repetitions and route of a gateway's client.
public struct ExchangeOptions: Sendable {
    /// Seconds for establishing a connection.
    public var connectTimeout = 5.0
    /// Seconds for one reply.
    public var requestTimeout = 10.0
    /// Seconds for all repetitions of one request together.
    public var deadline = 30.0
    /// Seconds for looking up a payment after the deadline.
    public var settlementDeadline = 20.0
    /// Largest number of requests, including the first.
    public var tries = 4
    /// Seconds before the first repetition. Each further pause is twice as long, up to four seconds; a random factor of
    /// 0.5 to 1 shortens it.
    public var backoff = 0.25
    /// The proxy to an `https` gateway, `http://HOST:PORT` or `socks5h://HOST:PORT`; `nil` for none. Environment
    /// variables are ignored.
    public var proxy: String?
    /// A PEM file of the authorities trusted for the gateway's certificate; `nil` for the system's.
    public var authorities: String?

    public init() {}
}
