# Sound devices for a machine that has none, for tests; source this file.
#
#   start_pulse DIR [RATE]           a private PulseAudio with four virtual cables behind ALSA's pulse plugin
#   start_jack  DIR [RATE [PERIOD]]  a private JACK with a paced dummy driver behind ALSA's jack plugin
#   stop_rig                         ends what was started
#
# Either way ALSA_CONFIG_PATH names the ends of four cables; what is played on the left comes out on the right:
#
#   caller_play  the caller speaks    caller_cap  and is captured
#   agent_play   what the agent is played         agent_cap  and hears
#   mic_play     the agent speaks     mic_cap     and is captured
#   ear_play     what the caller is played        ear_cap    and hears
#
# JACK has more: call_play is caller_play and mic_play in one device of two channels, both is caller_play and agent_cap in one
# (what a delay is measured with), pair_cap_ captures call_play in two channels, pair_play_ is heard on pair_heard. A name with
# _ behind it is the device as it is, of floats only; without, it converts.
#
# RIG_PID is the daemon. Nothing outside DIR is touched, so rigs can run side by side.

# Whether every program named is there; says which is not.
rig_has() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "skipped: $program is not installed" >&2; return 1; }
    done
}

rig_wait() {
    local tries
    for tries in $(seq 200); do timeout 5 "$@" >/dev/null 2>&1 && return 0; sleep 0.05; done
    echo "rig: $1 does not answer" >&2
    return 1
}

# What makes a device show in lists.
rig_hint() { echo "hint { show on description \"$1\" }"; }

# Devices that keep what goes through them: tap in tap.raw, tapped in tapped.raw; stalling writes what it captured to the pipe
# stall.fifo, and its reader is held up for as long as nobody reads there.
rig_taps() {
    mkfifo "$1/stall.fifo"
    {
        echo "pcm.tap { type file slave.pcm caller_cap file \"$1/tap.raw\" format raw }"
        echo "pcm.tapped { type file slave.pcm agent_play file \"$1/tapped.raw\" format raw }"
        echo "pcm.stalling { type file slave.pcm caller_cap file \"$1/stall.fifo\" format raw }"
        if [ "$2" = jack ]; then echo "pcm.pair_tap { type file slave.pcm pair_cap_ file \"$1/tap.raw\" format raw }"; fi
    } >>"$1/asound.conf"
}

start_pulse() {
    local dir=$1 rate=${2:-8000} cable
    mkdir -p "$dir/home" "$dir/runtime"
    local socket=$dir/runtime/socket
    {
        echo "load-module module-native-protocol-unix auth-anonymous=1 socket=$socket"
        # Rewinding would hold two seconds back on the monitor.
        for cable in caller agent mic ear; do
            echo "load-module module-null-sink sink_name=$cable rate=$rate channels=1 format=s16le norewinds=1"
        done
    } >"$dir/daemon.pa"
    for cable in caller agent mic ear; do
        echo "pcm.${cable}_play { type pulse server \"unix:$socket\" device \"$cable\" $(rig_hint "$cable cable, in") }"
        echo "pcm.${cable}_cap { type pulse server \"unix:$socket\" device \"$cable.monitor\" $(rig_hint "$cable cable, out") }"
    done >"$dir/asound.conf"
    rig_taps "$dir" pulse
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
    local dir=$1 rate=${2:-8000} period=${3:-40} device name client way ports
    mkdir -p "$dir"
    # JACK keeps the name of a server that was killed for ever, and eight names in all; so a few are used again and again, each
    # held by a lock for as long as its rig or its server lives: a server that is killed keeps its name for the one that comes back.
    # Clients of two servers share their names, too, while they open.
    local number lock
    for number in 1 2 3 4 none; do
        [ $number = none ] && { echo "rig: four JACK rigs run already" >&2; return 1; }
        exec {lock}>"/tmp/tonewall-jack-$(id -u)-$number.lock"
        flock -n "$lock" && break
        exec {lock}>&-
    done
    # A device opens only where it has somewhere to go, so each opens on the card. jack-cables lays the cables as the ends
    # come, and again when they were gone; the card itself is silent and adds nothing.
    for device in caller_play:caller:playback:1 caller_cap:engine_in:capture:1 \
        agent_play:engine_out:playback:1 agent_cap:agent:capture:1 \
        mic_play:mic:playback:1 mic_cap:engine_mic:capture:1 ear_play:engine_ear:playback:1 ear_cap:ear:capture:1 \
        call_play:call:playback:2 both:both:capture:2 \
        pair_cap:engine_pair:capture:2 pair_play:engine_twin:playback:2 pair_heard:twin:capture:2; do
        IFS=: read -r name client way ports <<<"$device"
        echo "pcm.${name}_ { type jack name \"$client$number\" ${way}_ports { 0 \"system:${way}_1\"" \
            "$([ "$ports" = 2 ] && echo "1 \"system:${way}_1\"") } }"
        echo "pcm.$name { type plug slave.pcm ${name}_ $(rig_hint "$client, $way") }"
    done >"$dir/asound.conf"
    rig_taps "$dir" jack
    for device in caller:0=engine_in:0 call:0=engine_in:0 mic:0=engine_mic:0 call:1=engine_mic:0 engine_out:0=agent:0 \
        engine_ear:0=ear:0 caller:0=both:0 call:0=both:0 engine_out:0=both:1 \
        call:0=engine_pair:0 call:1=engine_pair:1 engine_twin:0=twin:0 engine_twin:1=twin:1; do
        IFS=:= read -r name client way ports <<<"$device"
        echo "$name$number:out_00$client $way$number:in_00$ports"
    done >"$dir/cables"
    export HOME=$dir JACK_NO_AUDIO_RESERVATION=1 JACK_NO_START_SERVER=1 JACK_DEFAULT_SERVER=tonewall-$number
    export ALSA_CONFIG_PATH=$dir/asound.conf RIG_KIND=jack RIG_RATE=$rate RIG_PERIOD=$period
    jack_daemon "$dir"
    rig_wait jack_lsp || return 1
    jack_cables "$dir"
}

# Starts the daemon of a rig that is set up; again after it was killed, too.
jack_daemon() {
    rm -f "$1/daemon.pid"
    # Synchronous: a cycle waits for every client, so that on a busy machine nothing is lost between them. Its parent waits for it:
    # a server that was killed counts as alive to JACK while it is a zombie.
    {
        jackd -n "$JACK_DEFAULT_SERVER" --no-realtime --port-max 128 --sync --timeout 5000 \
            -d dummy -r "$RIG_RATE" -p "$RIG_PERIOD" -C 1 -P 1 >>"$1/daemon.log" 2>&1 &
        echo $! >"$1/daemon.new" && mv "$1/daemon.new" "$1/daemon.pid"
        wait
    } </dev/null >/dev/null 2>&1 &
    rig_wait test -s "$1/daemon.pid"
    RIG_PID=$(<"$1/daemon.pid")
}

# Starts what lays the cables; it ends with its server.
jack_cables() {
    "$(dirname "${BASH_SOURCE[0]}")/jack-cables" "cables${JACK_DEFAULT_SERVER##*-}" "$1/cables" >"$1/cables.log" 2>&1 &
    RIG_CABLES=$!
    echo "$RIG_CABLES" >"$1/cables.pid"
}

stop_rig() {
    [ -n "${RIG_PID:-}" ] && kill "$RIG_PID" 2>/dev/null && wait "$RIG_PID" 2>/dev/null
    [ -n "${RIG_CABLES:-}" ] && kill "$RIG_CABLES" 2>/dev/null
    RIG_PID= RIG_CABLES=
}
