import Glibc

/// A thread of audio. It has priority over others if the system allows it.
package enum AudioThread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    package static func start(_ run: sending @escaping () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run)).toOpaque()
        var thread = pthread_t()
        unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                var priority = sched_param(sched_priority: 10)
                unsafe pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority)
                body.run()
                return nil
            }, body)
        pthread_detach(thread)
    }

    /// Gives up the calling thread's priority.
    static func giveUpPriority() {
        var ordinary = sched_param(sched_priority: 0)
        unsafe pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary)
    }

    /// Processor time of the calling thread.
    static var processorTime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
