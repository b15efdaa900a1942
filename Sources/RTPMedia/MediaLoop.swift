internal import CDatagrams
import Dispatch
internal import Glibc
import MediaCore
import Synchronization

/// A thread that carries the media of many calls. There is one for each core.
///
/// It waits for datagrams and for orders. Only this thread touches the streams, so the way of a packet has no lock.
package final class MediaLoop: Sendable {
    /// An order to the loop, carried out on its thread.
    private enum Order: Sendable {
        case add(Int, @Sendable () -> MediaStream)
        case change(Int, @Sendable (MediaStream) -> Void)
        case remove(Int)
        case run(@Sendable () -> Void)
        case stop
    }

    private let orders = Mutex<[Order]>([])
    private let wakeup = tonewall_wakeup()
    private let epoll = tonewall_epoll()

    /// Time between two looks at the streams that hold packets, in milliseconds.
    private static let tick: Int32 = 5
    private static let idle: Int32 = 1_000
    /// The tag of the wake-up among those of the sockets.
    private static let wakeupTag = UInt64.max
    /// Longest datagram that is taken whole.
    private static let longestDatagram = 2_048

    package init() {}

    deinit {
        close(wakeup)
        close(epoll)
    }

    /// Microseconds of the loop's clock.
    package static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    package func start() {
        AudioThread.start { [self] in run() }
    }

    /// Takes a stream under the number `id`, which no other has.
    package func add(_ id: Int, _ make: @escaping @Sendable () -> MediaStream) { give(.add(id, make)) }
    /// Changes a stream.
    package func change(_ id: Int, _ change: @escaping @Sendable (MediaStream) -> Void) { give(.change(id, change)) }
    package func stop() { give(.stop) }

    /// Changes a stream. It has changed when this returns.
    package func changeAndWait(_ id: Int, _ change: @escaping @Sendable (MediaStream) -> Void) {
        let done = DispatchSemaphore(value: 0)
        give(.change(id, change))
        give(.run { done.signal() })
        done.wait()
    }

    /// Lets go of a stream. Its sockets are closed when this returns.
    package func removeAndWait(_ id: Int) {
        let done = DispatchSemaphore(value: 0)
        give(.remove(id))
        give(.run { done.signal() })
        done.wait()
    }

    private func give(_ order: Order) {
        orders.withLock { $0.append(order) }
        tonewall_wake(wakeup)
    }

    private func run() {
        var streams: [Int: MediaStream] = [:]
        var buffer = [UInt8](repeating: 0, count: Self.longestDatagram)
        var tags = [UInt64](repeating: 0, count: 64)
        _ = tonewall_epoll_add(epoll, wakeup, Self.wakeupTag)
        var lastTick = Self.now
        // The streams that hold packets. They change with orders alone.
        var secured: [MediaStream] = []
        while true {
            let wait = secured.isEmpty ? Self.idle : Self.tick
            let count = unsafe tags.withUnsafeMutableBufferPointer {
                unsafe tonewall_epoll_wait(epoll, $0.baseAddress, wait)
            }
            let now = Self.now
            for index in 0..<max(0, Int(count)) {
                guard tags[index] != Self.wakeupTag else {
                    tonewall_woken(wakeup)
                    if carryOut(&streams) { return }
                    secured = streams.values.filter(\.isSecured)
                    continue
                }
                take(tags[index], &buffer, at: now, streams)
            }
            guard now - lastTick >= Int64(Self.tick) * 1_000 else { continue }
            lastTick = now
            for stream in secured { stream.advance(to: now) }
        }
    }

    /// Reads a datagram from the socket with this tag.
    private func take(_ tag: UInt64, _ buffer: inout [UInt8], at now: Int64, _ streams: [Int: MediaStream]) {
        guard let stream = streams[Int(tag >> 2)] else { return }
        let index = Int(tag & 3)
        guard let (count, from) = stream.socket(index).receive(into: &buffer) else { return }
        stream.take(buffer.span.extracting(0..<count), from: from, socket: index, at: now)
    }

    /// Carries out the orders so far. Returns whether the loop shall end.
    private func carryOut(_ streams: inout [Int: MediaStream]) -> Bool {
        let due = orders.withLock {
            let due = $0
            $0 = []
            return due
        }
        for order in due {
            switch order {
            case .add(let id, let make):
                let stream = make()
                streams[id] = stream
                for (index, socket) in stream.sockets.enumerated() {
                    _ = tonewall_epoll_add(epoll, socket.descriptor, UInt64(id) << 2 | UInt64(index))
                }
            case .change(let id, let change): if let stream = streams[id] { change(stream) }
            case .remove(let id): streams[id] = nil
            case .run(let action): action()
            case .stop: return true
            }
        }
        return false
    }
}
