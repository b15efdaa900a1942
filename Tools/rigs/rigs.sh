# Sound devices for a machine that has none, for tests; source this file.
#
#   start_pulse DIR [RATE]           a private PulseAudio with two virtual cables behind ALSA's pulse plugin
#   start_jack  DIR [RATE [PERIOD]]  a private JACK with a paced dummy driver behind ALSA's jack plugin
#   stop_rig                         ends what was started
#
# Either way ALSA_CONFIG_PATH names four devices: what is played on caller_play is captured on caller_cap, and what is played on
# agent_play is captured on agent_cap. RIG_PID is the daemon. JACK carries audio once `wire_jack` has been called with both ends
# of a cable open. Nothing outside DIR is touched, so rigs can run side by side.

# Whether every program named is there; says which is not.
rig_has() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "skipped: $program is not installed" >&2; return 1; }
    done
}

rig_wait() {
    local tries
    for tries in $(seq 100); do "$@" >/dev/null 2>&1 && return 0; sleep 0.05; done
    echo "rig: $1 does not answer" >&2
    return 1
}

# What makes a device show in lists.
rig_hint() { echo "hint { show on description \"$1\" }"; }

# A capture device that keeps what it captured, in DIR/tap.raw.
rig_tap() { echo "pcm.tap { type file slave.pcm caller_cap file \"$1/tap.raw\" format raw }" >>"$1/asound.conf"; }

start_pulse() {
    local dir=$1 rate=${2:-8000} cable
    mkdir -p "$dir/home" "$dir/runtime"
    local socket=$dir/runtime/socket
    {
        echo "load-module module-native-protocol-unix auth-anonymous=1 socket=$socket"
        # Rewinding would hold two seconds back on the monitor.
        for cable in caller agent; do
            echo "load-module module-null-sink sink_name=$cable rate=$rate channels=1 format=s16le norewinds=1"
        done
    } >"$dir/daemon.pa"
    for cable in caller agent; do
        echo "pcm.${cable}_play { type pulse server \"unix:$socket\" device \"$cable\" $(rig_hint "$cable cable, in") }"
        echo "pcm.${cable}_cap { type pulse server \"unix:$socket\" device \"$cable.monitor\" $(rig_hint "$cable cable, out") }"
    done >"$dir/asound.conf"
    rig_tap "$dir"
    export HOME=$dir/home XDG_RUNTIME_DIR=$dir/runtime PULSE_RUNTIME_PATH=$dir/runtime PULSE_SERVER=unix:$socket
    export ALSA_CONFIG_PATH=$dir/asound.conf RIG_KIND=pulse
    unset DBUS_SESSION_BUS_ADDRESS DISPLAY
    pulse_daemon "$dir"
}

# Starts the daemon of a rig that is set up; again after it was killed, too.
pulse_daemon() {
    rm -f "$1/runtime/socket"
    pulseaudio -n -F "$1/daemon.pa" --daemonize=no --exit-idle-time=-1 --use-pid-file=no --realtime=no \
        --high-priority=no --disable-shm=yes >>"$1/daemon.log" 2>&1 &
    RIG_PID=$!
    rig_wait pactl list short sinks
}

start_jack() {
    local dir=$1 rate=${2:-8000} period=${3:-40} device name way port
    mkdir -p "$dir"
    # Ports without names of their own fail to open, so every client opens on the card and is rewired after.
    for device in caller_play:caller:playback caller_cap:engine_in:capture agent_play:engine_out:playback agent_cap:agent:capture; do
        IFS=: read -r name port way <<<"$device"
        echo "pcm.${name}_ { type jack name \"$port\" ${way}_ports { 0 \"system:${way}_1\" } }"
        echo "pcm.$name { type plug slave.pcm ${name}_ $(rig_hint "$port, $way") }"
    done >"$dir/asound.conf"
    # Both sides of the engine at once, sample by sample: what its delay is measured with.
    echo "pcm.both { type plug slave.pcm { type jack name both capture_ports { 0 \"system:capture_1\" 1 \"system:capture_1\" } } }" >>"$dir/asound.conf"
    rig_tap "$dir"
    export HOME=$dir JACK_NO_AUDIO_RESERVATION=1 JACK_NO_START_SERVER=1 JACK_DEFAULT_SERVER=tonewall-$$
    export ALSA_CONFIG_PATH=$dir/asound.conf RIG_KIND=jack
    jackd -n "$JACK_DEFAULT_SERVER" --no-realtime -d dummy -r "$rate" -p "$period" -C 1 -P 1 >"$dir/daemon.log" 2>&1 &
    RIG_PID=$!
    rig_wait jack_lsp
}

# Connects the cables whose ends are both open.
wire_jack() {
    local pair
    for pair in caller:out_000=engine_in:in_000 engine_out:out_000=agent:in_000 caller:out_000=both:in_000 \
        engine_out:out_000=both:in_001; do
        jack_disconnect system:capture_1 "${pair#*=}"
        jack_connect "${pair%=*}" "${pair#*=}"
    done
    true
} >/dev/null 2>&1

stop_rig() {
    [ -n "${RIG_PID:-}" ] && kill "$RIG_PID" 2>/dev/null && wait "$RIG_PID" 2>/dev/null
    RIG_PID=
}
