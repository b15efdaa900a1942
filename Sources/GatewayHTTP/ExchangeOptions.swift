/// How patient a gateway's client is, and by which way its requests go.
public struct ExchangeOptions: Sendable {
    /// Seconds for a connection to stand.
    public var connectTimeout = 5.0
    /// Seconds for one reply.
    public var requestTimeout = 10.0
    /// Seconds for all repetitions of one request together.
    public var deadline = 30.0
    /// Seconds for finding out, once the deadline is over, what became of a payment.
    public var settlementDeadline = 20.0
    /// Requests sent at most, the first among them.
    public var tries = 4
    /// Seconds before the first repetition; doubled for each further one, up to four seconds, and shortened by chance
    /// to half at most.
    public var backoff = 0.25
    /// The proxy that an `https` gateway is reached through, `http://HOST:PORT` or `socks5h://HOST:PORT`; `nil` for
    /// none. No environment variable names one.
    public var proxy: String?
    /// A PEM file of the authorities that the gateway's certificate is held against; `nil` for the system's.
    public var authorities: String?

    public init() {}
}
