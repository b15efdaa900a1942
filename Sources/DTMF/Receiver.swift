import CVector

/// The receiver at 8 kHz: the kernel in `CVector`, which equals `ReceiverSpecification` of the tests to the bit.
struct Receiver: Sendable {
    typealias Events = [DetectorEvent]
    /// All of its state, in one piece that a copy of this value copies.
    private var state: [UInt64]
    private let limits: ReceiverLimits
    private var ring: Ring
    /// Bytes of the state without a ring, and samples that were taken: they tell where the next ones go.
    private let size = tonewall_receiver_words(TONEWALL_NO_RING) * MemoryLayout<UInt64>.stride
    private var taken = 0

    /// The samples that a receiver keeps itself.
    enum Ring {
        case none
        /// Samples of 16 bits, in half of the memory. It becomes one of floats when the first of them come.
        case shorts
        case floats

        fileprivate var kind: Int32 {
            switch self {
            case .none: TONEWALL_NO_RING
            case .shorts: TONEWALL_SHORT_RING
            case .floats: TONEWALL_FLOAT_RING
            }
        }
    }

    init(_ limits: ReceiverLimits, ring: Ring) {
        (self.limits, self.ring) = (limits, ring)
        state = Array(repeating: 0, count: tonewall_receiver_words(ring.kind))
        unsafe state.withUnsafeMutableBytes { unsafe tonewall_receiver_start($0.baseAddress, ring.kind) }
    }

    /// Makes room for floats.
    private mutating func widen() {
        precondition(ring != .none, "it has a ring of its own")
        guard ring == .shorts else { return }
        ring = .floats
        state += Array(repeating: 0, count: tonewall_receiver_words(ring.kind) - state.count)
        unsafe state.withUnsafeMutableBytes { unsafe tonewall_receiver_widen($0.baseAddress) }
    }

    /// Samples that are missing before anything can be decided.
    var samplesAwaited: Int { unsafe state.withUnsafeBytes { unsafe tonewall_receiver_awaits($0.baseAddress) } }

    /// Takes samples in −1…1.
    mutating func take(_ samples: Span<Float>, _ events: inout Events, _ reserve: inout Events) {
        widen()
        unsafe samples.withUnsafeBufferPointer { samples in
            unsafe listen(&events, &reserve) {
                unsafe tonewall_receive($0, $1, samples.baseAddress, &$2, samples.count)
            }
        }
    }

    /// Takes 16-bit samples.
    mutating func take(_ samples: Span<Int16>, _ events: inout Events, _ reserve: inout Events) {
        unsafe state.withUnsafeBytes { unsafe tonewall_receiver_fetch($0.baseAddress, size, taken) }
        taken &+= samples.count
        precondition(ring != .none, "it has a ring of its own")
        unsafe samples.withUnsafeBufferPointer { samples in
            unsafe listen(&events, &reserve) {
                unsafe tonewall_receive16($0, $1, samples.baseAddress, &$2, samples.count)
            }
        }
    }

    /// Takes one sample.
    mutating func take(_ sample: Float, _ events: inout Events, _ reserve: inout Events) {
        widen()
        unsafe withUnsafePointer(to: sample) { sample in
            unsafe listen(&events, &reserve) { unsafe tonewall_receive($0, $1, sample, &$2, 1) }
        }
    }

    /// Takes the samples up to `end` from a ring that holds them, if it has none of its own.
    mutating func take(until end: Int, of ring: Span<Float>, _ events: inout Events, _ reserve: inout Events) {
        precondition(self.ring == .none, "it has no ring of its own")
        unsafe ring.withUnsafeBufferPointer { ring in
            unsafe listen(&events, &reserve) { state, limits, _ in
                unsafe tonewall_receive_from(state, limits, ring.baseAddress, ring.count, end)
            }
        }
    }

    /// The same from a ring of 16-bit samples.
    mutating func take(until end: Int, of ring: Span<Int16>, _ events: inout Events, _ reserve: inout Events) {
        precondition(self.ring == .none, "it has no ring of its own")
        unsafe ring.withUnsafeBufferPointer { ring in
            unsafe listen(&events, &reserve) { state, limits, _ in
                unsafe tonewall_receive_from16(state, limits, ring.baseAddress, ring.count, end)
            }
        }
    }

    /// Ends the press that is being followed.
    mutating func finish(_ events: inout Events, _ reserve: inout Events) {
        precondition(ring != .none, "it has a ring of its own")
        unsafe listen(&events, &reserve) { state, limits, _ in unsafe tonewall_receiver_finish(state, limits) }
    }

    /// Calls `kernel` until it gives no more events. The first of them takes the memory of the reserve.
    @inline(__always)
    private mutating func listen(
        _ events: inout Events, _ reserve: inout Events,
        _ kernel: (UnsafeMutableRawPointer?, UnsafePointer<tonewall_receiver_limits>, inout Int) -> Int32
    ) {
        let limits = unsafe limits.address
        unsafe state.withUnsafeMutableBytes { state in
            var taken = 0
            while unsafe kernel(state.baseAddress, limits, &taken) != 0 {
                var event = tonewall_key_event()
                unsafe tonewall_receiver_event(state.baseAddress, &event)
                if events.isEmpty { swap(&events, &reserve) }
                events.append(DetectorEvent(event))
            }
        }
    }
}

extension DetectorEvent {
    fileprivate init(_ event: tonewall_key_event) {
        let key = Key.allCases[Int(event.key)]
        guard event.is_end != 0 else {
            self = .decided(key, onset: event.start)
            return
        }
        self = .ended(
            KeyPress(
                key: key, start: event.start, end: event.end, lowHz: event.low_hz, highHz: event.high_hz,
                levelDBm0: event.level, twist: event.twist, signalToNoise: event.signal_to_noise))
    }
}
