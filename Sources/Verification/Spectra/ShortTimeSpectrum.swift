internal import CFFTW
internal import Glibc
internal import Synchronization

/// FFTW's planner has global state, so only one thread at a time may use it. Plans may run on any thread.
private let planner = Mutex<Void>(())

/// The power spectrum of a Hann-windowed stretch of one channel.
///
/// The transform is FFTW's real-to-complex one. A sine of peak value A in the middle of a bin gives A² at its peak, for
/// any length of the window.
@safe
final class ShortTimeSpectrum {
    /// Number of samples in one window.
    let length: Int
    /// Length of the transform: the window, padded with zeros.
    let size: Int
    /// Distance between two bins in Hz.
    let binWidth: Double
    /// Number of bins, from 0 Hz to half the sample rate.
    let bins: Int

    private let window: UnsafeMutablePointer<Float>
    private let input: UnsafeMutablePointer<Float>
    private let output: UnsafeMutablePointer<fftwf_complex>
    private let plan: fftwf_plan

    /// A transform of `length` samples padded to `size` at `sampleRate` Hz.
    init(sampleRate: Double, length: Int, size: Int) {
        precondition(length >= 4 && size >= length, "a window wants at least four samples")
        self.length = length
        self.size = size
        binWidth = sampleRate / Double(size)
        bins = size / 2 + 1
        unsafe window = .allocate(capacity: length)
        unsafe input = fftwf_alloc_real(size)
        unsafe output = fftwf_alloc_complex(size / 2 + 1)
        unsafe input.update(repeating: 0, count: size)
        // FFTW_ESTIMATE chooses the same algorithm in every run, so equal recordings give equal findings.
        let (from, to) = unsafe (UInt(bitPattern: input), UInt(bitPattern: output))
        unsafe plan = planner.withLock { _ in
            unsafe fftwf_plan_dft_r2c_1d(
                Int32(size), UnsafeMutablePointer(bitPattern: from), UnsafeMutablePointer(bitPattern: to),
                UInt32(FFTW_ESTIMATE))
        }
        // The mean of a Hann window is 1/2, and a sine splits into two halves. This gives 2 / (length / 2).
        let scale = 4 / Float(length)
        for n in 0..<length {
            unsafe window[n] = scale * 0.5 * (1 - cos(2 * .pi * (Float(n) + 0.5) / Float(length)))
        }
    }

    /// Overwrites the samples and the spectrum of the last window.
    func wipe() {
        unsafe explicit_bzero(input, size * MemoryLayout<Float>.stride)
        unsafe explicit_bzero(output, bins * MemoryLayout<fftwf_complex>.stride)
    }

    deinit {
        wipe()
        let plan = unsafe UInt(bitPattern: plan)
        planner.withLock { _ in unsafe fftwf_destroy_plan(OpaquePointer(bitPattern: plan)) }
        unsafe fftwf_free(input)
        unsafe fftwf_free(output)
        unsafe window.deallocate()
    }

    /// Writes the power of each bin to `power`, ``bins`` values, for the window that begins at `start` of `samples`.
    func measure(_ samples: Span<Float>, at start: Int, into power: inout [Float]) {
        precondition(start >= 0 && start + length <= samples.count && power.count >= bins)
        unsafe samples.withUnsafeBufferPointer { source in
            let from = unsafe source.baseAddress! + start
            for n in 0..<length { unsafe input[n] = from[n] * window[n] }
        }
        unsafe fftwf_execute(plan)
        unsafe power.withUnsafeMutableBufferPointer { power in
            for k in 0..<bins {
                let value = unsafe output[k]
                unsafe power[k] = value.0 * value.0 + value.1 * value.1
            }
        }
    }

    /// Calls `body` with the window, ``length`` values whose sum is 2.
    func withWindow(_ body: (Span<Float>) -> Void) {
        unsafe body(Span(_unsafeStart: window, count: length))
    }

    /// The complex value of a bin in the window that was measured last.
    func value(of bin: Int) -> SIMD2<Float> {
        precondition(bins > bin && bin >= 0)
        let value = unsafe output[bin]
        return SIMD2(value.0, value.1)
    }
}
